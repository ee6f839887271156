using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Scan;

/// <summary>How far a segment has been read: the key that the service wants to hear to go on, and the items so far.</summary>
/// <param name="LastKey">The last key; null at the segment's end, or its beginning.</param>
/// <param name="ItemsRead">Items read from the segment's beginning on.</param>
internal sealed record ScanPosition(Dictionary<string, AttributeValue>? LastKey, long ItemsRead)
{
    /// <summary>The key in DynamoDB's JSON; null at the segment's end.</summary>
    public JsonElement? ToJson()
    {
        if (LastKey is null)
            return null;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            ScanKey.Write(writer, LastKey);
        return JsonSerializer.Deserialize<JsonElement>(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Tells whether JSON is a key that a segment can be read on from.</summary>
    public static bool IsKey(JsonElement json) => ScanKey.TryRead(json) is not null;

    /// <summary>A position from a key in DynamoDB's JSON.</summary>
    /// <exception cref="ArgumentException">It is no key.</exception>
    public static ScanPosition Parse(JsonElement json, long itemsRead) => new(ScanKey.TryRead(json) ?? throw new ArgumentException("Not a key.", nameof(json)), itemsRead);
}
