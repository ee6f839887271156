using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// Computes the digest of a table as it was at a full backup's instant, before the backup is completed: its files are read back, and what changed while the table was read is replayed on them. That
/// proves both as well.
/// </summary>
internal static class ExactDigest
{
    /// <summary>Adds the digest, where it can be computed.</summary>
    /// <param name="exactness">How exact the backup is; it has an increment.</param>
    /// <param name="stores">The stores.</param>
    /// <param name="folder">The full backup's folder.</param>
    /// <param name="draft">Its sidecar so far.</param>
    /// <param name="files">Its files.</param>
    /// <param name="table">The table.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException">What was stored cannot be read back.</exception>
    public static async Task<Exactness> AddAsync(
        Exactness exactness, StoreGroup stores, string folder, Sidecar draft, IReadOnlyList<SealedFile> files, TableDefinition table, IRunOutput output, CancellationToken cancellationToken)
    {
        var increment = exactness.Increment!.FirstOrDefault(backup => stores.Stores.Any(store => store.Location == backup.Location && stores.IsLive(store)));
        if (increment is null)
            return exactness;
        var store = stores.Stores.First(store => store.Location == increment.Location);
        // Neither is disposed: both are this store, which others still use.
        var changes = await BackupReader.ReadAsync(store, increment.Path, cancellationToken)
            ?? throw new DynamoBackupException(BackupErrorCode.BackupNotFound, $"Backup {increment.Id}, which was completed a moment ago at {store.Location}, is gone. Find out who deletes there, then back up again.", store.Location);
        try
        {
            using var working = WorkingFolder.Open(null, output);
            var input = new ReplayInput(Open(store, folder, draft, files), [changes], exactness.To!.Value.UtcDateTime) { Key = table.Key };
            output.Verbose($"The backup is read back, and its {changes.Info.ItemCount:N0} changes replayed, for the digest of the table at {ManifestJson.Format(exactness.To.Value)}.");
            return exactness with { Digest = (await TableReplay.DigestAsync(input, working, output, cancellationToken)).ToString() };
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.WorkingDirectoryFull or BackupErrorCode.WorkingDirectoryFailed)
        {
            output.Warning($"The backup of '{table.Name}' is exact, but has no digest of the table at its instant: {exception.Message}");
            return exactness;
        }
    }

    private static OpenedBackup Open(IBackupStore store, string folder, Sidecar draft, IReadOnlyList<SealedFile> files)
    {
        var digest = BackupSealer.Total(files);
        var sidecar = draft with { ItemCount = digest.Count, ContentDigest = digest.ToString() };
        return new OpenedBackup(store, BackupDescription.Of(store, folder, sidecar, files.Count, null), [.. files.Select(file => file.ToDataFile(folder))], sidecar);
    }
}
