using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Load;

/// <summary>Writes batches until the service has processed every operation of them.</summary>
/// <param name="connection">The connection.</param>
/// <param name="table">The table.</param>
/// <param name="pace">What batches cost under a budget; null without one.</param>
/// <param name="output">Told about waits.</param>
internal sealed class BatchWriter(DynamoConnection connection, string table, LoadPace? pace, IRunOutput output)
{
    private readonly WireExchange _exchange = new("UnprocessedItems", Wire.JsonArrayFinder.AnyName)
    {
        Throttled = pace is null ? null : pace.Throttled,
        // Under a budget the SDK reads what each batch has cost; there speed is not what is lacking.
        Repeats = pace is null,
    };


    // The SDK validates, routes and signs this request; the handler replaces its body by the batch's.
    private readonly BatchWriteItemRequest _stand = new()
    {
        RequestItems = new Dictionary<string, List<WriteRequest>>
        {
            [table] = [new WriteRequest(new PutRequest(new Dictionary<string, AttributeValue> { ["-"] = new("-") }))],
        },
    };

    /// <summary>Writes a batch; returns when nothing of it is left unprocessed.</summary>
    /// <exception cref="DynamoBackupException">The service refused the batch.</exception>
    public async Task WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            var (count, units) = (batch.Count, batch.Units);
            var reserved = pace is null ? 0 : await pace.ReserveAsync(units, cancellationToken);
            var consumed = await SendAsync(batch, cancellationToken);
            var left = _exchange.Elements.Count;
            if (left > count)
                throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"Of a batch of {count} items the service gives {left} back as not processed. Check what the endpoint is.", table);
            if (left > 0)
                batch.ReplaceBy(_exchange.Response.Span, _exchange.Elements);
            pace?.Settle(reserved, left == 0 ? units : units - batch.Units, consumed);
            if (left == 0)
                return;

            pace?.Throttled();
            if (left < count)
                backoff = new Backoff();
            var delay = backoff.Next();
            output.Debug($"{left} items of a batch were not processed; trying them again in {delay.TotalMilliseconds:0} ms.");
            await Task.Delay(delay, cancellationToken);
        }
    }

    /// <summary>Sends a batch, and returns what it has cost where the service tells.</summary>
    private async Task<double?> SendAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        var body = batch.ToBody(metered: pace is not null);
        if (await connection.TryRepeatAsync(_exchange, body, cancellationToken))
            return null;
        _exchange.RequestBody = body;
        return Consumed(await connection.CallAsync(
            () => _exchange.FlowThrough(() => connection.Client.BatchWriteItemAsync(_stand, cancellationToken)),
            $"write items (from {batch.Origin} on)", table, output, cancellationToken));
    }

    private static double? Consumed(BatchWriteItemResponse response) =>
        response.ConsumedCapacity is { Count: > 0 } told ? told.Sum(table => table.CapacityUnits ?? 0) : null;
}
