using System.Threading.Channels;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Bench.Work;

/// <summary>A restore by the SDK's plain means: lines into AttributeValues, 25 at a time, by 32 workers, unprocessed items again.</summary>
internal sealed class SdkRestoreWork(string endpoint, string folder, string table) : IWork
{
    private const int Workers = 32;
    private const int ItemsPerBatch = 25;

    private readonly Channel<List<WriteRequest>> _batches = Channel.CreateBounded<List<WriteRequest>>(Workers * 2);

    public async Task<long> RunAsync()
    {
        using var client = SdkClient.New(endpoint);
        var writing = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WriteAsync(client))).ToList();
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
            await Parallel.ForEachAsync(BackupFiles.In(folder), options, async (file, _) => await ReadAsync(file));
        }
        finally
        {
            _batches.Writer.Complete();
        }

        return (await Task.WhenAll(writing)).Sum();
    }

    private async Task ReadAsync(string file)
    {
        var batch = new List<WriteRequest>(ItemsPerBatch);
        await BackupFiles.ReadLinesAsync(file, async line =>
        {
            batch.Add(new WriteRequest(new PutRequest(AttributeJson.ReadLine(line.Span))));
            if (batch.Count < ItemsPerBatch)
                return;
            await _batches.Writer.WriteAsync(batch);
            batch = new List<WriteRequest>(ItemsPerBatch);
        });
        if (batch.Count > 0)
            await _batches.Writer.WriteAsync(batch);
    }

    private async Task<long> WriteAsync(AmazonDynamoDBClient client)
    {
        var items = 0L;
        await foreach (var batch in _batches.Reader.ReadAllAsync())
        {
            var left = new Dictionary<string, List<WriteRequest>> { [table] = batch };
            while (left is { Count: > 0 })
                left = (await client.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = left })).UnprocessedItems;
            items += batch.Count;
        }

        return items;
    }
}
