using System.Text.Json;

namespace DynamoBackup.Bench.Replay;

/// <summary>What a BatchWriteItem request does, found without parsing its items.</summary>
/// <param name="Table">The first table named; a benchmark's batches write to one.</param>
/// <param name="Puts">Items put.</param>
/// <param name="Deletes">Items deleted.</param>
/// <param name="WantsUnits">Whether the answer is to say what was consumed.</param>
internal readonly record struct WriteCall(string Table, int Puts, int Deletes, bool WantsUnits)
{
    /// <summary>Most operations of a call (source: Amazon DynamoDB API reference, BatchWriteItem).</summary>
    private const int MaxOperations = 25;

    /// <summary>Reads a request. Inside of a string these names would be escaped, and no sample item has an attribute or a value of exactly that name.</summary>
    public static WriteCall Read(ReadOnlySpan<byte> body)
    {
        var table = TableOf(body) ?? throw DynamoRefusal.Invalid("The parameter 'RequestItems' is required but was not present in the request");
        var call = new WriteCall(table, body.Count("\"PutRequest\""u8), body.Count("\"DeleteRequest\""u8), body.IndexOf("\"ReturnConsumedCapacity\":\"TOTAL\""u8) >= 0);
        return call.Puts + call.Deletes is >= 1 and <= MaxOperations
            ? call
            : throw DynamoRefusal.Invalid($"The batch has {call.Puts + call.Deletes} operations; there must be from 1 to {MaxOperations}: Too many items requested for the BatchWriteItem call");
    }

    private static string? TableOf(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("RequestItems"u8))
                return reader.Read() && reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
            reader.Read();
            reader.Skip();
        }

        return null;
    }
}
