using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Scan;

/// <summary>How far a segment has been read: the key that the service wants to hear to go on, and the items so far.</summary>
/// <param name="LastKey">The last key; null at the segment's end, or its beginning.</param>
/// <param name="ItemsRead">Items read from the segment's beginning on.</param>
internal sealed record ScanPosition(Dictionary<string, AttributeValue>? LastKey, long ItemsRead)
{
    private const int MostAttributes = 2;

    /// <summary>The key in DynamoDB's JSON; null at the segment's end.</summary>
    public JsonElement? ToJson() => LastKey is null
        ? null
        : JsonSerializer.SerializeToElement(LastKey.ToDictionary(attribute => attribute.Key, attribute => Describe(attribute.Value)));

    /// <summary>Tells whether JSON is a key that a segment can be read on from.</summary>
    public static bool IsKey(JsonElement json) => TryParse(json) is not null;

    /// <summary>A position from a key in DynamoDB's JSON.</summary>
    /// <exception cref="ArgumentException">It is no key.</exception>
    public static ScanPosition Parse(JsonElement json, long itemsRead) => new(TryParse(json) ?? throw new ArgumentException("Not a key.", nameof(json)), itemsRead);

    private static Dictionary<string, string> Describe(AttributeValue value) =>
        value.S is not null ? new() { ["S"] = value.S }
        : value.N is not null ? new() { ["N"] = value.N }
        : new() { ["B"] = Convert.ToBase64String(value.B.ToArray()) };

    private static Dictionary<string, AttributeValue>? TryParse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var key = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach (var attribute in json.EnumerateObject())
        {
            if (key.Count == MostAttributes || attribute.Value.ValueKind != JsonValueKind.Object
                || attribute.Value.EnumerateObject().ToList() is not [{ Value.ValueKind: JsonValueKind.String } typed]
                || ValueOf(typed) is not { } value || !key.TryAdd(attribute.Name, value))
                return null;
        }

        return key.Count > 0 ? key : null;
    }

    private static AttributeValue? ValueOf(JsonProperty typed) => typed.Name switch
    {
        "S" => new AttributeValue { S = typed.Value.GetString() },
        "N" => new AttributeValue { N = typed.Value.GetString() },
        "B" when typed.Value.TryGetBytesFromBase64(out var bytes) => new AttributeValue { B = new MemoryStream(bytes) },
        _ => null,
    };
}
