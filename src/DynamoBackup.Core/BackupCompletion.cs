using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Completes a full backup: in each store the checkpoint is claimed once more, the manifests are written, the checkpoint goes.</summary>
/// <param name="request">How the table is backed up.</param>
/// <param name="start">Where the backup began.</param>
/// <param name="stores">Where it lies.</param>
/// <param name="table">The table.</param>
/// <param name="output">Where the run tells what it does.</param>
internal sealed class BackupCompletion(BackupRequest request, BackupStart start, StoreGroup stores, TableDefinition table, IRunOutput output)
{
    private static readonly TimeSpan CheckpointPatience = TimeSpan.FromSeconds(30);

    /// <summary>Completes the backup everywhere. Where it could not be completed, the increment that was to make it exact is taken away as well.</summary>
    /// <param name="draft">What its sidecar says whatever the store.</param>
    /// <param name="exactness">What makes it exact; null where its stream was not read.</param>
    /// <param name="files">Its data files.</param>
    /// <param name="scanned">When the scan ended.</param>
    /// <param name="capture">Who read the stream; null where no one did.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The stores that have it.</returns>
    public async Task<IReadOnlyList<(IBackupStore Store, Sidecar Outcome)>> RunAsync(
        Sidecar draft, Exactness? exactness, IReadOnlyList<SealedFile> files, DateTimeOffset scanned, ExactCapture? capture, CancellationToken cancellationToken)
    {
        IReadOnlyList<(IBackupStore Store, Sidecar Outcome)> complete = [];
        try
        {
            if (exactness is { Increment: not null } && !request.NoContentDigest)
                exactness = await ExactDigest.AddAsync(exactness, stores, start.Folder, draft, files, table, output, cancellationToken);
            complete = await stores.EachAsync(store => SealAsync(store, exactness?.Put(draft, store.Location, scanned) ?? draft, files, cancellationToken));
            return complete;
        }
        finally
        {
            var without = (exactness?.Increment ?? []).Where(increment => complete.All(backup => backup.Store.Location != increment.Location)).Select(increment => increment.Location).ToHashSet(StringComparer.Ordinal);
            if (capture is not null && without.Count > 0)
                await capture.AbandonAsync(stores.Stores.Where(store => without.Contains(store.Location)));
        }
    }

    private async Task<Sidecar> SealAsync(IBackupStore store, Sidecar draft, IReadOnlyList<SealedFile> files, CancellationToken cancellationToken)
    {
        await start.Keeper.ClaimAsync(store, cancellationToken);
        if (start.IsContinued)
            await BackupSealer.RemoveUnlistedAsync(store, start.Folder, files, cancellationToken);
        var sidecar = await BackupSealer.SealAsync(store, start.Folder, draft, files, table.Id, cancellationToken);
        // The backup is complete; a cancellation must not undo it from here on.
        using var patience = new CancellationTokenSource(CheckpointPatience);
        await start.Keeper.DeleteAsync(store, patience.Token);
        return sidecar;
    }
}
