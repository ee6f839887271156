using System.Security.Cryptography;

namespace DynamoBackup.Bench.Work;

/// <summary>Takes the SHA-256 of a backup's data files and nothing else: the limit of proving it by checksums.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="items">The items that they are known to hold.</param>
internal sealed class Sha256Work(string folder, long items) : IWork
{
    public async Task<long> RunAsync()
    {
        var files = BackupFiles.In(folder);
        if (files.Count == 0)
            throw new InvalidDataException("There are no data files.");
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(files, options, static async (file, cancellationToken) =>
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            await SHA256.HashDataAsync(stream, cancellationToken);
        });
        return items;
    }
}
