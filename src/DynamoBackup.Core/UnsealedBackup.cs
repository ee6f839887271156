using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>Takes away what was stored of a backup that will not be completed. What cannot be deleted is harmless: without a summary it is not a backup.</summary>
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

    /// <summary>What to say where it could not be taken away.</summary>
    public static string NotRemoved(IBackupStore store, string folder, Exception exception) =>
        $"The unfinished backup in '{folder}' at {store.Location} could not be removed ({Reason(exception)}). It is not listed as a backup; delete what is in there by hand.";

    /// <summary>Why something could not be done in time.</summary>
    public static string Reason(Exception exception) => exception is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : exception.Message.TrimEnd('.');

    /// <summary>Takes it away from one store.</summary>
    public static async Task RemoveAsync(IBackupStore store, string folder, CancellationToken cancellationToken)
    {
        // First of all what would make the rest look like a backup.
        await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.Summary), cancellationToken);
        await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.SummaryMd5), cancellationToken);
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
            await store.DeleteAsync(entry.Key, cancellationToken);
    }
}
