using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Load;

/// <summary>Writes batches until the service has processed every operation of them.</summary>
internal sealed class BatchWriter(DynamoConnection connection, string table, IRunOutput output)
{
    private readonly WireExchange _exchange = new("UnprocessedItems", Wire.JsonArrayFinder.AnyName);

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
            _exchange.RequestBody = batch.ToBody();
            await connection.CallAsync(
                () => _exchange.FlowThrough(() => connection.Client.BatchWriteItemAsync(_stand, cancellationToken)),
                $"write items (from {batch.Origin} on)", table, output, cancellationToken);
            var left = _exchange.Elements.Count;
            if (left == 0)
                return;

            if (left < batch.Count)
                backoff = new Backoff();
            batch.ReplaceBy(_exchange.Response.Span, _exchange.Elements);
            var delay = backoff.Next();
            output.Debug($"{left} items of a batch were not processed; trying them again in {delay.TotalMilliseconds:0} ms.");
            await Task.Delay(delay, cancellationToken);
        }
    }
}
