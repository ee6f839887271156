using System.Text;
using System.Text.Json;
using DynamoBackup.Core.Tests.Wire;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>The reader of changes: what it accepts is one JSON object of the four members to the framework, with the same parts, and has the encoding that the reference gives the whole.</summary>
internal sealed class ChangeTarget : FuzzTarget
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };
    private static readonly HashSet<string> Members = ["Metadata", "Keys", "OldImage", "NewImage"];
    private readonly CanonicalChange _change = new();

    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. FuzzItems.All.Where(item => item.Length is > 2 and < 1_000).Chunk(2).Select((items, number) => Encoding.UTF8.GetBytes(Spell(items, number))),
        .. BytesOf(
            """{"Metadata":{"WriteTimestampMicros":{"N":"1700000000000000"}},"Keys":{"Id":{"N":"1"}}}""",
            """{ "Keys":{"Id":{"S":"}\"{"}}, "Metadata" : {"WriteTimestampMicros":"1700000000000000", "TtlDelete":{"BOOL":true},"SequenceNumber":{"S":"1"},"ShardId":{"S":"a"}} }"""),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. FuzzItems.Words,
        .. BytesOf("\"Keys\":", "\"NewImage\":", "\"OldImage\":", "\"Metadata\":", "\"WriteTimestampMicros\":", "\"SequenceNumber\":{\"S\":\"", "\"TtlDelete\":{\"BOOL\":true}", "\\u004eewImage", "0", "9223372036854775808"),
    ];

    /// <summary>The reference takes big integers and lists of bytes for what the engine does in place.</summary>
    public override long FixedAllocation => 32 << 20;

    public override bool Read(byte[] input, Random random)
    {
        ChangeLine change;
        try
        {
            change = _change.Read(input);
        }
        catch (InvalidItemException exception)
        {
            return exception.Offset >= 0 && exception.Offset <= input.Length ? false : throw new InvalidDataException($"The offset {exception.Offset} is outside the line.");
        }

        using var document = JsonDocument.Parse(input, Deep);
        var members = document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        Require(members.Keys.All(Members.Contains), "a member that is not known");
        Require(Part(change.Keys) == members["Keys"].GetRawText(), "other keys");
        Require(change.NewImage is { } now ? Part(now) == members["NewImage"].GetRawText() : !members.ContainsKey("NewImage"), "another new image");
        Require(change.OldImage is { } old ? Part(old) == members["OldImage"].GetRawText() : !members.ContainsKey("OldImage"), "another old image");
        var stamp = members["Metadata"].GetProperty("WriteTimestampMicros");
        Require(change.WriteTimestampMicros == long.Parse(stamp.ValueKind == JsonValueKind.Object ? stamp.GetProperty("N").GetString()! : stamp.ToString(), System.Globalization.CultureInfo.InvariantCulture), "another time");
        Require(_change.Encoding.SequenceEqual(CanonicalReference.Encode(Encoding.UTF8.GetBytes(Wrap(members, change.WriteTimestampMicros))).Encoding), "another encoding");
        return true;

        string Part(JsonSlice slice) => Encoding.UTF8.GetString(input, slice.Start, slice.Length);
    }

    /// <summary>The item that the encoding is of, made by the framework.</summary>
    private static string Wrap(Dictionary<string, JsonElement> members, long micros) =>
        $"{{{string.Join(',', members.Select(member => $"\"{member.Key}\":{{\"M\":{(member.Key == "Metadata" ? Typed(member.Value, micros) : member.Value.GetRawText())}}}"))}}}";

    private static string Typed(JsonElement metadata, long micros) => $"{{{string.Join(',', metadata.EnumerateObject().Select(member =>
        $"{JsonSerializer.Serialize(member.Name)}:{(member.Name == "WriteTimestampMicros" ? $$"""{"N":"{{micros}}"}""" : member.Value.GetRawText())}"))}}}";

    private static string Spell(byte[][] items, int number)
    {
        var images = (number % 4) switch { 0 => "NewImage", 1 => "OldImage", _ => "NewImage,OldImage" };
        var parts = images.Split(',').Select((name, index) => $"\"{name}\":{Encoding.UTF8.GetString(items[index % items.Length]).Trim()}")
            .Prepend("""  "Keys":{"Id":{"N":"1"}} """).Append($$"""  "Metadata":{"WriteTimestampMicros":{{(number % 3 == 0 ? "170000" : "{\"N\":\"170000\"}")}}}""");
        return $"{{{string.Join(',', number % 2 == 0 ? parts : parts.Reverse())}}}";
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidDataException($"The change was accepted with {what} than the framework finds.");
    }
}
