using System.Buffers;
using System.Text.Json;

namespace DynamoBackup.Bench.Replay;

/// <summary>What a Scan request asks for.</summary>
internal readonly record struct ScanCall(string Table, int Segment, int TotalSegments, int Limit, bool CountOnly, long? After)
{
    private static readonly string[] Ignored = ["ConsistentRead", "ReturnConsumedCapacity"];

    /// <summary>Reads a request. What would change the items is refused, not passed over.</summary>
    public static ScanCall Read(ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        string? table = null;
        var (segment, totalSegments, limit, countOnly, hasKey) = (0, 1, int.MaxValue, false, false);
        long? after = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
                continue;
            switch (name)
            {
                case "TableName":
                    table = reader.GetString();
                    break;
                case "Segment":
                    segment = reader.GetInt32();
                    break;
                case "TotalSegments":
                    totalSegments = reader.GetInt32();
                    break;
                case "Limit":
                    limit = reader.GetInt32();
                    break;
                case "Select":
                    countOnly = reader.GetString() switch
                    {
                        "COUNT" => true,
                        "ALL_ATTRIBUTES" => false,
                        var other => throw DynamoRefusal.Invalid($"The replay server cannot select {other}."),
                    };
                    break;
                case "ExclusiveStartKey":
                    hasKey = true;
                    after = ReadKey(ref reader);
                    break;
                default:
                    if (!Ignored.Contains(name))
                        throw DynamoRefusal.Invalid($"The replay server cannot scan with {name}.");
                    reader.Skip();
                    break;
            }
        }

        if (table is null)
            throw DynamoRefusal.Invalid("The parameter 'TableName' is required but was not present in the request");
        if (totalSegments is < 1 or > 1_000_000 || segment < 0 || segment >= totalSegments)
            throw DynamoRefusal.Invalid($"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {totalSegments}");
        if (limit < 1)
            throw DynamoRefusal.Invalid("1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
        if (hasKey && after is null)
            throw DynamoRefusal.Invalid("The provided starting key is invalid");
        return new ScanCall(table, segment, totalSegments, limit, countOnly, after);
    }

    private static long? ReadKey(ref Utf8JsonReader reader)
    {
        long? place = null;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.String)
                place = ReplayKey.PlaceOf(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        }

        return place;
    }
}
