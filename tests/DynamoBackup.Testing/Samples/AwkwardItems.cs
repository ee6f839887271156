using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>
/// Items that DynamoDB allows and that trip up careless code. Each has a <c>pk</c> (S) and an <c>sk</c> (N), so they fit tables with
/// and without a range key; none uses the names that sample tables index.
/// </summary>
public static class AwkwardItems
{
    /// <summary>DynamoDB's limit for one item, attribute names included.</summary>
    public const int ItemSizeLimit = 409_600;

    /// <summary>Fresh copies of all of them.</summary>
    public static IReadOnlyList<Dictionary<string, AttributeValue>> All() =>
        [.. Bodies().Select((body, index) => Keyed(body.Key, index, body.Attributes))];

    /// <summary>A value nested as deep as given; 31 levels below an attribute is the most that DynamoDB takes.</summary>
    public static AttributeValue Nested(int depth)
    {
        var value = Attr.S("the bottom");
        for (var level = depth; level > 0; level--) value = level % 2 == 0 ? Attr.L(value) : Attr.M(("down", value));
        return value;
    }

    private static IEnumerable<(string Key, (string Name, AttributeValue Value)[] Attributes)> Bodies()
    {
        var allBytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();

        yield return ("nothing but keys", []);
        yield return ("every type",
        [
            ("string", Attr.S("text")), ("number", Attr.N("42")), ("binary", Attr.B(1, 2, 3)), ("true", Attr.Bool(true)),
            ("false", Attr.Bool(false)), ("null", Attr.Null()), ("map", Attr.M(("a", Attr.N("1")), ("b", Attr.S("2")))),
            ("list", Attr.L(Attr.S("x"), Attr.N("1"), Attr.Null())), ("strings", Attr.SS("b", "a", "ä")), ("numbers", Attr.NS("3", "-1", "2.5")),
            ("binaries", Attr.BS([0], [255, 0], [1, 2, 3])),
        ]);
        yield return ("empty values",
        [
            ("string", Attr.S("")), ("binary", Attr.B()), ("list", Attr.L()), ("map", Attr.M()),
            ("inside", Attr.L(Attr.S(""), Attr.B(), Attr.L(), Attr.M())), ("set", Attr.SS("", "not empty")),
        ]);
        yield return ("numbers at their limits",
        [
            ("38 digits", Attr.N("12345678901234567890123456789012345678")),
            ("38 decimals", Attr.N("0.12345678901234567890123456789012345678")),
            ("largest", Attr.N("9.9999999999999999999999999999999999999E+125")), ("smallest", Attr.N("1E-130")),
            ("most negative", Attr.N("-9.9999999999999999999999999999999999999E+125")), ("least negative", Attr.N("-1E-130")),
            ("beyond double", Attr.N("9007199254740993")), ("beyond long", Attr.N("18446744073709551617")),
            ("zero", Attr.N("0")), ("minus zero", Attr.N("-0")),
            ("trailing zeros", Attr.N("1.2500")), ("exponent", Attr.N("12e3")),
            ("set", Attr.NS("1E+100", "-0.001", "3.14159265358979323846264338327950288")),
        ]);
        yield return ("binary",
        [
            ("all bytes", Attr.B(allBytes)), ("one byte", Attr.B(0)), ("two bytes", Attr.B(0xFF, 0xFE)), ("like gzip", Attr.B(0x1F, 0x8B, 8, 0)),
            ("nested", Attr.M(("list", Attr.L(Attr.B(allBytes), Attr.BS([], [0], allBytes))), ("map", Attr.M(("deep", Attr.B(0x0A, 0x0D)))))),
        ]);
        yield return ("deep", [("nested", Nested(30))]);
        yield return ("emoji 👩‍👩‍👧‍👦 and script שלום мир 你好",
        [
            ("emoji", Attr.S("👩‍👩‍👧‍👦🏳️‍🌈 \U0001F600")), ("é precomposed", Attr.S("é")), ("e\u0301 combining", Attr.S("e\u0301")), ("é", Attr.N("1")),
            ("e\u0301", Attr.N("2")), ("right to left", Attr.S("\u202Eabc שלום")), ("line separators", Attr.S("a\u2028b\u2029c\u0085d\uFEFFe")),
            ("last", Attr.S("\U0010FFFF\uFFFF\uD7FF\uE000")), ("🔑", Attr.SS("ключ", "鍵", "🔑")), ("order", Attr.SS("\uFF5E", "\U00010000", "z")),
        ]);
        yield return ("controls \" \\ \t quotes",
        [
            ("all controls", Attr.S(string.Concat(Enumerable.Range(0, 32).Select(code => (char)code)) + "\u007F")),
            ("quotes", Attr.S("\"double\" 'single' `back` \\back\\slash\\\\ \\\" \\u0041 </script>")),
            ("lines", Attr.S("one\r\ntwo\nthree\rfour\n\n")), ("a \"quoted\" name", Attr.S("x")), ("back\\slash", Attr.S("x")),
            ("new\nline", Attr.S("x")), ("tab\tand\u0000nul", Attr.S("x")),
            (" ", Attr.S(" leading and trailing ")), ("a.b[0]#:c", Attr.S("x")),
        ]);
        yield return ("names that look like the wire",
        [
            ("Item", Attr.M(("S", Attr.S("S")))), ("Items", Attr.L(Attr.M(("Item", Attr.Null())))), ("S", Attr.S("N")), ("N", Attr.N("5")),
            ("B", Attr.B(66)), ("M", Attr.M(("M", Attr.M(("L", Attr.L(Attr.L())))))), ("L", Attr.L()), ("SS", Attr.SS("SS")), ("NULL", Attr.Null()),
            ("BOOL", Attr.Bool(false)),
            ("}", Attr.S("}")), ("{", Attr.S("{")), ("]", Attr.S("[")), ("\"", Attr.S("\"}]}")), ("\\", Attr.S("\\")), ("\\\"", Attr.S("\\\\\"")),
            ("Count", Attr.N("7")), ("ScannedCount", Attr.N("8")), ("LastEvaluatedKey", Attr.M(("pk", Attr.S("no key")))),
            ("ConsumedCapacity", Attr.Null()),
        ]);
        yield return ("json inside",
        [
            ("json", Attr.S("""{"Items":[{"pk":{"S":"not an item"}}],"Count":1,"LastEvaluatedKey":{"pk":{"S":"}"}}}""")),
            ("line", Attr.S("{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}\n")),
            ("escaped", Attr.S("\\\"Items\\\":[\\\\{\\\\}],\\\\\"")),
        ]);
        yield return ("a long name", [(new string('n', 5_000) + "é", Attr.Bool(true))]);
        yield return (new string('k', 2_000), [("note", Attr.S("a key of 2,000 bytes"))]);
        var numbers = Enumerable.Range(0, 1_500).Select(static number => number.ToString(CultureInfo.InvariantCulture));
        yield return ("many attributes", [.. numbers.Select(static number => ("attribute " + number, Attr.N(number)))]);
        yield return ("sixfold as json", [("controls", Attr.S(new string('\u0001', 60_000)))]);
        yield return ("large binary", [("bytes", Attr.B([.. Enumerable.Repeat(allBytes, 1_000).SelectMany(static bytes => bytes)]))]);
        yield return ("400 KB", [("payload", Attr.S(Filler(ItemSizeLimit - 40)))]);
    }

    private static Dictionary<string, AttributeValue> Keyed(string key, int index, (string Name, AttributeValue Value)[] attributes)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [TableShape.HashKey] = Attr.S("awkward: " + key),
            [TableShape.RangeKey] = Attr.N((index - 3).ToString(CultureInfo.InvariantCulture)),
        };
        foreach (var (name, value) in attributes) item.Add(name, value);
        return item;
    }

    /// <summary>Text of exactly so many ASCII bytes that compresses a little, as real text does.</summary>
    private static string Filler(int length)
    {
        var random = new SampleRandom(400);
        var text = new StringBuilder(length + 32);
        while (text.Length < length) text.Append("payload ").Append(random.Hex()).Append("; ");
        return text.ToString(0, length);
    }
}
