using System.Text;
using CsCheck;
using DynamoBackup.Core.Tests.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>Sound items to begin with, in many spellings, the same in every run.</summary>
internal static class FuzzItems
{
    private const int Count = 400;

    private static readonly Lazy<IReadOnlyList<byte[]>> Made = new(() =>
    [
        .. Enumerable.Range(0, Count).Select(number =>
        {
            var (value, _) = Generate(number);
            return ItemSpeller.Spell(value, number);
        }).Where(json => json.Length < 4_000),
        "{}"u8.ToArray(),
        """{"Id":{"N":"103"},"Name":{"S":"a"},"Tags":{"SS":["x","y"]},"Raw":{"B":"AAECAw=="},"Deep":{"M":{"L":{"L":[{"NULL":true},{"BOOL":false}]}}}}"""u8.ToArray(),
    ]);

    public static IReadOnlyList<byte[]> All => Made.Value;

    public static IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "{\"S\":\"", "{\"N\":\"1\"}", "{\"M\":{", "{\"L\":[", "\"SS\":[", "\"NS\":[\"1\",\"1.0\"]", "\"BS\":[\"\"]", "\"B\":\"AA==\"", "\"BOOL\":true", "\"NULL\":true", "\"NULL\":false",
            "\\u0000", "\\ud83d\\udd11", "\\ud800", "\\udc00", "\\u00", "\\\"", "\\\\", "1E+125", "-0.000", "9.99e125", "1e-130", "1E9999999999", "00000000000000000000000000000000000000000000000001",
            "{\"Item\":", "}}", "]}", "[[", "{{", "{\"a\":", ",", "[", "{\"L\":[{\"L\":[", "\"\":", "null", "NaN", "\u00e9", "\ud83d\udd11", "\ufeff",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
    ];

    private static (ItemValue.Map Value, Size Size) Generate(int number) => (ItemGen.Item.Generate(new PCG((uint)number, 1), null, out var size), size);
}
