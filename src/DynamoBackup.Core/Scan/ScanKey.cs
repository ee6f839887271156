using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Scan;

/// <summary>
/// The key that a scan goes on from, in DynamoDB's JSON. It is one attribute or two, each a string, a number or binary (source: Amazon DynamoDB API
/// reference, KeySchemaElement).
/// </summary>
internal static class ScanKey
{
    private const int MostAttributes = 2;

    /// <summary>Writes a key as an object.</summary>
    public static void Write(Utf8JsonWriter writer, Dictionary<string, AttributeValue> key)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in key)
        {
            writer.WriteStartObject(name);
            if (value.S is not null)
                writer.WriteString("S", value.S);
            else if (value.N is not null)
                writer.WriteString("N", value.N);
            else
                writer.WriteBase64String("B", value.B.ToArray());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads a key; null where the JSON is none.</summary>
    public static Dictionary<string, AttributeValue>? TryRead(JsonElement json)
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
