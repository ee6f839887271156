using CsCheck;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Random JSON text, always well-formed, and as hard on a slicer as JSON can be.</summary>
internal static class JsonGen
{
    private static readonly Gen<string> Space = Gen.FrequencyConst((12, ""), (4, " "), (1, "\n"), (1, "\r\n\t"), (1, " \t  "));

    /// <summary>What strings are made of, escaped as it must be: quotes, brackets, runs of backslashes, several bytes a character, long plain text.</summary>
    private static readonly Gen<string> Piece = Gen.Frequency(
        (8, Gen.OneOfConst("a", "Items", " ", "{", "}", "[", "]", ",", ":", "}]}", "{\\\"S\\\":\\\"", "[{")),
        (4, Gen.OneOfConst("\\\"", "\\\\", "\\/", "\\n", "\\u0022", "\\u005c", "\\u007d", "\\ud83d\\udd11")),
        (2, Gen.OneOfConst("é", "鍵", "🔑", "\u007f", "\u2028")),
        (2, Gen.Int[1, 70].Select(pairs => string.Concat(Enumerable.Repeat("\\\\", pairs)))),
        (1, Gen.Int[1, 140].Select(length => new string('x', length))));

    /// <summary>A string with its quotes.</summary>
    public static readonly Gen<string> Text = Piece.Array[0, 8].Select(pieces => $"\"{string.Concat(pieces)}\"");

    private static readonly Gen<string> Scalar = Gen.Frequency(
        (4, Text), (2, Gen.OneOfConst("true", "false", "null", "0", "-0", "17", "-12.5e+30", "1E-7")));

    /// <summary>A value of any kind.</summary>
    public static readonly Gen<string> Value = Gen.Recursive<string>((depth, self) =>
        depth >= 4 ? Scalar : Gen.Frequency((4, Scalar), (2, ObjectOf(self, 3)), (1, ArrayOf(self, 3))));

    /// <summary>A value that is an object or an array, as the elements of a page are.</summary>
    public static readonly Gen<string> Container = Gen.Frequency((5, ObjectOf(Value, 3)), (1, ArrayOf(Value, 3)));

    private static readonly Gen<string[]> Others = Gen.Select(
        Space, Gen.OneOfConst("Count", "items", "Item", "Itemss", "", "\\\"Items", "LastEvaluatedKey", "\\\\"), Space, Space, Value, Space,
        (space1, name, space2, space3, value, space4) => $"{space1}\"{name}\"{space2}:{space3}{value}{space4}").Array[0, 2];

    /// <summary>Pages: an object with an array named Items, other properties before and behind it, and decoys of the same name inside.</summary>
    public static readonly Gen<string> Page = Gen.Select(
        Others, ArrayOf(Gen.Frequency((9, Container), (1, Scalar)), 5), Others, Space, Space, Space,
        (before, items, after, space1, space2, space3) =>
            $"{space1}{{{space2}{string.Join(',', [.. before, $"\"Items\"{space3}:{space1}{items}", .. after])}{space2}}}{space3}");

    /// <summary>Pages small enough to try every byte of.</summary>
    public static readonly Gen<string> SmallPage = Page.Where(page => page.Length < 1_000);

    private static Gen<string> ObjectOf(Gen<string> value, int most) =>
        Gen.Select(Space, Gen.Frequency((3, Text), (1, Gen.Const("\"Items\""))), Space, Space, value, Space,
            (space1, name, space2, space3, member, space4) => $"{space1}{name}{space2}:{space3}{member}{space4}")
        .Array[0, most].Select(Space, (members, space) => members.Length == 0 ? $"{{{space}}}" : $"{{{string.Join(',', members)}}}");

    private static Gen<string> ArrayOf(Gen<string> value, int most) =>
        Gen.Select(Space, value, Space, (space1, element, space2) => $"{space1}{element}{space2}")
        .Array[0, most].Select(Space, (elements, space) => elements.Length == 0 ? $"[{space}]" : $"[{string.Join(',', elements)}]");
}
