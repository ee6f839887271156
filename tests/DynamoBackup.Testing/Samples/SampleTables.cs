using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>Creates tables and fills them, through the SDK and nothing of ours.</summary>
public static class SampleTables
{
    private static readonly TimeSpan ActiveTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Creates a table and waits until it is active.</summary>
    public static async Task<TableDescription> CreateAsync(
        IAmazonDynamoDB client, string name, TableShape? shape = null, CancellationToken cancellationToken = default)
    {
        await client.CreateTableAsync(TableRequest.For(name, shape ?? TableShape.HashOnly), cancellationToken);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var table = (await client.DescribeTableAsync(name, cancellationToken)).Table;
            if (table.TableStatus == TableStatus.ACTIVE) return table;
            if (watch.Elapsed > ActiveTimeout) throw new TimeoutException($"Table '{name}' is still {table.TableStatus}.");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Writes the items, which may be endless in number as far as memory goes, and returns how many there were.</summary>
    public static async Task<long> FillAsync(
        IAmazonDynamoDB client,
        string table,
        IEnumerable<Dictionary<string, AttributeValue>> items,
        int parallelism = 4,
        CancellationToken cancellationToken = default)
    {
        var count = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(WriteBatches.Of(items), options, async (batch, token) =>
        {
            await WriteAsync(client, table, [.. batch.Select(item => new WriteRequest(new PutRequest(item)))], token);
            Interlocked.Add(ref count, batch.Count);
        });
        return count;
    }

    /// <summary>Deletes items by their keys.</summary>
    public static async Task DeleteAsync(
        IAmazonDynamoDB client, string table, IEnumerable<Dictionary<string, AttributeValue>> keys, CancellationToken cancellationToken = default)
    {
        foreach (var batch in WriteBatches.Of(keys))
            await WriteAsync(client, table, [.. batch.Select(key => new WriteRequest(new DeleteRequest(key)))], cancellationToken);
    }

    /// <summary>Reads a whole table, page by page.</summary>
    public static async IAsyncEnumerable<Dictionary<string, AttributeValue>> ReadAsync(
        IAmazonDynamoDB client, string table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ScanRequest(table) { ConsistentRead = true };
        do
        {
            var page = await client.ScanAsync(request, cancellationToken);
            foreach (var item in page.Items) yield return item;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    private static async Task WriteAsync(IAmazonDynamoDB client, string table, List<WriteRequest> writes, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var response = await client.BatchWriteItemAsync(
                new BatchWriteItemRequest { RequestItems = new() { [table] = writes } }, cancellationToken);
            if (response.UnprocessedItems is null || !response.UnprocessedItems.TryGetValue(table, out var left) || left.Count == 0) return;
            writes = left;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1000, 10 << Math.Min(attempt, 7))), cancellationToken);
        }
    }
}
