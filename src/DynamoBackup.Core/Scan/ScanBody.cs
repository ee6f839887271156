using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Scan;

/// <summary>
/// Scan's request and the part of its response beside the items as JSON (source: Amazon DynamoDB API reference, Scan), for calls that do not pass the SDK.
/// </summary>
internal static class ScanBody
{
    /// <summary>Writes a request. Only what <see cref="SegmentCursor"/> asks for without a budget is known here.</summary>
    public static ReadOnlyMemory<byte> Write(ScanRequest request)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("TableName", request.TableName);
            writer.WriteNumber("Segment", request.Segment!.Value);
            writer.WriteNumber("TotalSegments", request.TotalSegments!.Value);
            writer.WriteBoolean("ConsistentRead", request.ConsistentRead ?? false);
            if (request.ExclusiveStartKey is { Count: > 0 } key)
            {
                writer.WritePropertyName("ExclusiveStartKey");
                ScanKey.Write(writer, key);
            }

            writer.WriteEndObject();
        }

        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    /// <summary>Reads a response whose items were taken out.</summary>
    /// <returns>The number of items that it says it holds, and the key to go on from; null at the segment's end.</returns>
    /// <exception cref="JsonException">It is not what Scan answers.</exception>
    public static (int? Count, Dictionary<string, AttributeValue>? LastKey) Read(ReadOnlyMemory<byte> response)
    {
        using var document = JsonDocument.Parse(response);
        var root = document.RootElement;
        var count = root.TryGetProperty("Count", out var told) && told.TryGetInt32(out var number) ? number : (int?)null;
        return (count, root.TryGetProperty("LastEvaluatedKey", out var key) && key.ValueKind != JsonValueKind.Null ? ScanKey.TryRead(key) ?? throw new JsonException("The last key is no key.") : null);
    }
}
