using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>Tells why an unfinished backup is no longer the run's that was making it.</summary>
internal static class LostBackup
{
    /// <summary>Finds out why.</summary>
    /// <param name="store">Where the checkpoint is not as the run left it.</param>
    /// <param name="key">The checkpoint.</param>
    /// <param name="isThere">Whether there is a checkpoint at all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<DynamoBackupException> ExplainAsync(IBackupStore store, string key, bool isThere, CancellationToken cancellationToken)
    {
        var folder = key[..key.LastIndexOf('/')];
        var id = folder[(folder.LastIndexOf('/') + 1)..];
        // A run that has completed the backup has deleted its checkpoint.
        return isThere || await store.FindAsync(StoreKey.Join(folder, BackupLayout.Summary), cancellationToken) is not null
            ? new(BackupErrorCode.RunInProgress, $"Another run has taken over the unfinished backup {id} at {store.Location} and goes on with it. Let it end, then see what Get-DynamoBackup lists.", store.Location)
            : new(BackupErrorCode.BackupNotFound, $"The backup {id} at {store.Location} was removed while it was being made: the files in '{folder}' are gone. There is no backup. Find out who deletes there what is in use (Remove-DynamoBackup leaves alone what a run is at work on), then run the backup again.", store.Location);
    }

    /// <summary>Tells whether the backup has been removed, so that no one else owns what is in its folder.</summary>
    public static bool IsRemoved(DynamoBackupException? loss) => loss is { Code: BackupErrorCode.BackupNotFound };
}
