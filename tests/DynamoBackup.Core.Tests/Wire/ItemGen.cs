using CsCheck;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Random items with every type of attribute, nested.</summary>
internal static class ItemGen
{
    private static readonly Gen<string> Piece = Gen.Frequency(
        (6, Gen.OneOfConst("a", "b", "Id", "S", "0", " ", "{", "}", "[", "]", ":", ",", "/", "=")),
        (3, Gen.OneOfConst("\"", "\\", "\\\"", "\n", "\t", "\r", "\b", "\f", "\0", "\u001f", "\u007f")),
        (3, Gen.OneOfConst("é", "e\u0301", "ß", "鍵", "\u2028", "\uffff", "\ud7ff", "\ue000", "🔑", "\U00010000", "\U0010ffff")),
        (1, Gen.Int[1, 200].Select(length => new string('x', length))));

    public static readonly Gen<string> Characters = Piece.Array[0, 6].Select(string.Concat<string>);

    public static readonly Gen<ItemValue.Number> Number = Gen.Select(
        Gen.Bool, Gen.Int[0, 40], Gen.Int[1, 999_999_999], Gen.Int[-140, 140],
        (negative, length, seed, exponent) => length == 0 ? new ItemValue.Number(negative, "", 0) : new ItemValue.Number(negative, Digits(length, seed), exponent));

    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 20];

    private static readonly Gen<ItemValue> Scalar = Gen.Frequency<ItemValue>(
        (4, Characters.Select(value => new ItemValue.Text(value))),
        (4, Number),
        (2, Bytes.Select(value => new ItemValue.Binary(value))),
        (1, Gen.Bool.Select(value => new ItemValue.Boolean(value))),
        (1, Gen.Const(new ItemValue.Null())));

    private static readonly Gen<ItemValue> Set = Gen.OneOf(
        Characters.Array[1, 30].Select(values => SetOf(values.Distinct().Select(value => new ItemValue.Text(value)))),
        Number.Array[1, 30].Select(values => SetOf(values.DistinctBy(value => value.Digits.Length == 0 ? new ItemValue.Number(false, "", 0) : value))),
        Bytes.Array[1, 30].Select(values => SetOf(values.DistinctBy(Convert.ToHexString).Select(value => new ItemValue.Binary(value)))));

    private static readonly Gen<ItemValue> Value = Gen.Recursive<ItemValue>((depth, self) => depth >= 4
        ? Gen.Frequency((4, Scalar), (1, Set))
        : Gen.Frequency(
            (6, Scalar), (2, Set),
            (1, self.Array[0, 5].Select(ItemValue (values) => new ItemValue.List(values))),
            (1, Gen.Select(Characters, self).Array[0, 5].Select(ItemValue (entries) => MapOf(entries)))));

    /// <summary>Whole items; some have more attributes than are sorted by insertion.</summary>
    public static readonly Gen<ItemValue.Map> Item = Gen.Frequency(
        (9, Gen.Select(Characters, Value).Array[0, 8].Select(MapOf)), (1, Gen.Select(Characters, Value).Array[20, 80].Select(MapOf)));

    private static ItemValue.Map MapOf((string Name, ItemValue Value)[] entries) =>
        new([.. entries.DistinctBy(entry => entry.Name).Select(entry => KeyValuePair.Create(entry.Name, entry.Value))]);

    private static ItemValue SetOf(IEnumerable<ItemValue> members) => new ItemValue.Set([.. members]);

    private static string Digits(int length, int seed)
    {
        var random = new Random(seed);
        var digits = new char[length];
        for (var index = 0; index < length; index++)
            digits[index] = (char)('0' + random.Next(index == 0 || index == length - 1 ? 1 : 0, 10));
        return new string(digits);
    }
}
