using DynamoBackup.Checkpoints;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>Takes away what was stored of a backup that will not be completed, or not by this run. What cannot be deleted is harmless: without a summary it is not a backup.</summary>
internal static class UnsealedBackup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Takes it away from several stores; where that fails, a warning says so.</summary>
    public static Task RemoveAsync(IEnumerable<IBackupStore> stores, string folder, IRunOutput output) => Task.WhenAll(stores.Select(async store =>
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await RemoveAsync(store, folder, patience.Token);
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            output.Warning(NotRemoved(store, folder, exception));
        }
    }));

    /// <summary>
    /// Ends the work on an unfinished backup: takes it away, or keeps what is closed for a run that continues it. What another run has taken over
    /// is left alone.
    /// </summary>
    public static Task LeaveAsync(IEnumerable<IBackupStore> stores, BackupStart start, bool keeps, IRunOutput output) => Task.WhenAll(stores.Select(async store =>
    {
        using var patience = new CancellationTokenSource(Patience);
        var isKept = keeps && start.Keeper.HasAll(store);
        try
        {
            if (isKept)
                await start.Keeper.ReleaseAsync(store, patience.Token);
            else if (await start.Keeper.AbandonAsync(store, patience.Token))
                await RemoveAsync(store, start.Folder, patience.Token);
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            var reason = Reason(exception);
            output.Warning(isKept
                ? $"How far the unfinished backup in '{start.Folder}' at {store.Location} has got could not be written ({reason}); -Resume may find less of it, and only after {LeaseHolder.Time.TotalMinutes:0} minutes or more where this process lives on."
                : NotRemoved(store, start.Folder, exception));
        }
    }));

    /// <summary>Takes it away from one store.</summary>
    private static async Task RemoveAsync(IBackupStore store, string folder, CancellationToken cancellationToken)
    {
        // First of all what would make the rest look like a backup.
        await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.Summary), cancellationToken);
        await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.SummaryMd5), cancellationToken);
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
            await store.DeleteAsync(entry.Key, cancellationToken);
    }

    /// <summary>What to say where it could not be taken away.</summary>
    private static string NotRemoved(IBackupStore store, string folder, Exception exception) =>
        $"The unfinished backup in '{folder}' at {store.Location} could not be removed ({Reason(exception)}). It is not listed as a backup; delete what is in there by hand.";

    /// <summary>Why something could not be done in time.</summary>
    private static string Reason(Exception exception) => exception is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : exception.Message.TrimEnd('.');
}
