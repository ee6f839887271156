using System.Text.Json;
using DynamoBackup.Aws;
using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>Reads pages of records into a buffer of its own; for one worker at a time. After the first, calls mostly go past the SDK.</summary>
internal sealed class RecordsCall(StreamConnection connection, string streamArn, int pageSize, IRunOutput output)
{
    private const string Operation = "GetRecords";
    private readonly WireExchange _exchange = StreamConnection.NewExchange(Operation, nameof(Records), repeats: true);

    /// <summary>The answer's bytes. Valid until the next page.</summary>
    public ReadOnlyMemory<byte> Bytes => _exchange.Response;

    /// <summary>Where its records lie.</summary>
    public List<JsonSlice> Records => _exchange.Elements;

    /// <summary>Reads a page.</summary>
    /// <returns>The iterator of the next page; null at the shard's end.</returns>
    public async Task<string?> ReadAsync(string iterator, CancellationToken cancellationToken)
    {
        var body = StreamConnection.Body(writer =>
        {
            writer.WriteString("ShardIterator", iterator);
            writer.WriteNumber("Limit", pageSize);
        });
        if (!await connection.TryRepeatAsync(_exchange, body, cancellationToken))
            await connection.CallAsync(_exchange, body, "read the table's stream", streamArn, isProbe: false, output, cancellationToken);
        return ReadAnswer();
    }

    private string? ReadAnswer()
    {
        try
        {
            using var document = JsonDocument.Parse(_exchange.Hollow);
            if (!document.RootElement.TryGetProperty(nameof(Records), out var records) || records.ValueKind != JsonValueKind.Array || !HoldsNothingElse())
                throw StreamConnection.Unexpected(Operation, "holds no list of records", streamArn);
            return document.RootElement.TryGetProperty("NextShardIterator", out var next) && next.ValueKind != JsonValueKind.Null ? next.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw StreamConnection.Unexpected(Operation, $"cannot be read ({exception.Message.TrimEnd('.')})", streamArn, exception);
        }
    }

    /// <summary>An answer does not say how many records it holds, so what was not taken for one must be looked for: there is nothing but commas between them.</summary>
    private bool HoldsNothingElse()
    {
        var response = _exchange.Response.Span;
        for (var index = 1; index < Records.Count; index++)
        {
            if (!response[Records[index - 1].End..Records[index].Start].Trim(" \t\r\n"u8).SequenceEqual(","u8))
                return false;
        }

        var hollow = _exchange.Hollow.Span;
        return Records.Count > 0
            ? response[..Records[0].Start].TrimEnd(" \t\r\n"u8)[^1] == (byte)'[' && response[Records[^1].End..].TrimStart(" \t\r\n"u8)[0] == (byte)']'
            : hollow.Length >= response.Length || response[JsonArrayFinder.Find(response, _exchange.ArrayPath)..].TrimStart("[ \t\r\n"u8)[0] == (byte)']';
    }
}
