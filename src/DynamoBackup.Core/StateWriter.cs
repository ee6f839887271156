using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Stores;
using DynamoBackup.Verify;

namespace DynamoBackup;

/// <summary>
/// Writes a table's state at an instant as a full backup of its own: replay it into data files, read those back where that is asked for, seal it. Where that fails, nothing is left of it.
/// </summary>
/// <param name="chain">The backups that the state is made of.</param>
/// <param name="folder">Where temporary files lie.</param>
/// <param name="output">Where it tells what it does.</param>
internal sealed class StateWriter(OpenedChain chain, WorkingFolder folder, IRunOutput output)
{
    /// <summary>How data files are compressed.</summary>
    public BackupCompression Compression { get; init; }

    /// <summary>Stored size at which a data file is closed and the next one begun.</summary>
    public long MaxFileBytes { get; init; } = long.MaxValue;

    /// <summary>Names the file of a group; null gives each file a name of its own.</summary>
    public Func<int, string>? NameOf { get; init; }

    /// <summary>Whether what was written is read back, and its digest compared, before it becomes a backup.</summary>
    public bool Proves { get; init; }

    /// <summary>Writes the backup.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="id">The backup's id.</param>
    /// <param name="complete">Adds to the sidecar what depends on the replay.</param>
    /// <param name="cancellationToken">Ends the call; there is no backup then.</param>
    /// <returns>The backup's folder.</returns>
    public async Task<string> WriteAsync(IBackupStore store, string id, Func<Sidecar, ReplayCounts, Sidecar> complete, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var at = BackupLayout.FolderOf(chain.Point.Base.TableName, id);
        await store.PrepareAsync(cancellationToken);
        try
        {
            await BackupSealer.StartAsync(store, at, cancellationToken);
            var stores = new StoreGroup([store], (_, _) => { });
            var target = new FileTarget(stores, at, Compression, MaxFileBytes, NameOf);
            var counts = await TableReplay.RunAsync(chain.Input, target, folder, output, cancellationToken);
            var files = target.Files;
            if (files.Sum(file => file.ItemCount) is var stored && stored != counts.Items)
                throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{counts.Items:N0} items were replayed, but {stored:N0} stored. Nothing of it is kept; please report it.", chain.Point.Base.TableName);
            if (Proves)
                await ProveAsync(store, at, files, cancellationToken);
            await BackupSealer.SealAsync(store, at, complete(Draft(id, started), counts), files, TableId, cancellationToken);
            return at;
        }
        catch
        {
            await UnsealedBackup.RemoveAsync([store], at, output);
            throw;
        }
    }

    private string? TableId => chain.Point.Increments.AsEnumerable().Reverse().Append(chain.Point.Base).Select(backup => backup.TableId).FirstOrDefault(id => id is not null);

    private Sidecar Draft(string id, DateTimeOffset started)
    {
        var at = chain.Point.AtUtc is { } instant ? ManifestJson.Format(instant) : null;
        return new()
        {
            BackupId = id,
            Type = Sidecar.FullType,
            TableArn = chain.Point.Base.TableArn,
            StartedUtc = ManifestJson.Format(started),
            CompletedUtc = ManifestJson.Format(DateTimeOffset.UtcNow),
            FromUtc = at,
            ToUtc = at,
            Exactness = Sidecar.Exact,
            MergedFrom = [chain.Point.Base.Id, .. chain.Point.Increments.Select(increment => increment.Id)],
            Definition = chain.Definition,
        };
    }

    private async Task ProveAsync(IBackupStore store, string at, IReadOnlyList<SealedFile> files, CancellationToken cancellationToken)
    {
        output.Verbose($"Reading back the {files.Sum(file => file.ItemCount):N0} items that were written, in {files.Count:N0} files, to prove their digest.");
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files, options, async (file, cancellation) =>
        {
            var key = chain.Input.Key is null ? null : new KeyCheck(chain.Input.Key);
            var proof = await new FileVerifier(store, file.ToDataFile(at), key).RunAsync(VerificationLevel.Content, cancellation);
            if (proof.Findings.Count > 0)
                throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, $"What {store.Location} gives back is not what was written to it; nothing of it is kept. {proof.Findings[0]} Check the store, and run the same command again.", store.Location);
        });
    }
}
