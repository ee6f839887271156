namespace DynamoBackup.Bench.Work;

/// <summary>All of a restore that is not the network's: read, decompress, cut into batches of 25.</summary>
internal sealed class BatchOnlyWork(string folder) : IWork
{
    private const int ItemsPerBatch = 25;
    private long _items;

    public async Task<long> RunAsync()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(BackupFiles.In(folder), options, async (file, _) => await ReadAsync(file));
        return Interlocked.Read(ref _items);
    }

    private async Task ReadAsync(string file)
    {
        var body = new byte[64 * 1024];
        var (length, count, items) = (0, 0, 0L);
        await BackupFiles.ReadLinesAsync(file, line =>
        {
            if (count == ItemsPerBatch || body.Length - length < line.Length)
                (length, count) = (0, 0);
            if (body.Length < line.Length)
                body = new byte[line.Length];
            line.Span.CopyTo(body.AsSpan(length));
            length += line.Length;
            count++;
            items++;
            return ValueTask.CompletedTask;
        });
        Interlocked.Add(ref _items, items);
    }
}
