using System.Globalization;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>Describes unfinished backups: folders that hold something, and are no backup.</summary>
internal static class UnfinishedReader
{
    private const int IdDigits = 14;

    /// <summary>Reads one.</summary>
    /// <returns>What is known of it; null where the folder holds a backup, damaged or not, or one that is being deleted.</returns>
    public static async Task<BackupInfo?> ReadAsync(IBackupStore store, string folder, CancellationToken cancellationToken)
    {
        if (await BackupReader.ReadAsync(store, folder, cancellationToken) is not null || await store.FindAsync(StoreKey.Join(folder, BackupLayout.Deleting), cancellationToken) is not null)
            return null;
        var id = folder[(folder.LastIndexOf('/') + 1)..];
        var (state, age, fault) = await ReadCheckpointAsync(store, folder, id, cancellationToken);
        var files = state?.Segments!.SelectMany(segment => segment.Files!).ToList() ?? [];
        return new BackupInfo
        {
            // Without a checkpoint there is only the folder to go by.
            TableName = TableIdentity.Parse(state?.TableArn)?.Name ?? TableFolderOf(folder),
            TableArn = state?.TableArn ?? "",
            Id = id,
            Type = BackupType.Full,
            Location = store.Location,
            Path = folder,
            StartedUtc = ManifestJson.ParseInstant(state?.StartedUtc) ?? InstantOf(id),
            ItemCount = files.Sum(file => file.ItemCount),
            ItemBytes = files.TrueForAll(file => file.ItemBytes is not null) ? files.Sum(file => file.ItemBytes) : null,
            StoredBytes = files.Sum(file => file.StoredBytes),
            FileCount = files.Count,
            Consistency = state?.Parameters is not { } parameters ? ReadConsistency.Unknown : parameters.ConsistentRead ? ReadConsistency.Strong : ReadConsistency.Eventual,
            IsUnfinished = true,
            Findings = [new Finding(FindingSeverity.Information, FindingKind.Unfinished, BackupLayout.Checkpoint, Detail(state, age, fault), Fix(state, age))],
        };
    }

    /// <summary>Tells whether a run may be at work on an unfinished backup, however long ago it has written.</summary>
    /// <returns>False where the checkpoint says that no one is, or names a process of this machine that is gone; and who holds it, where that is known.</returns>
    public static async Task<(bool MayLive, Lease? Lease)> FindHolderAsync(IBackupStore store, string folder, CancellationToken cancellationToken)
    {
        var (state, _, _) = await ReadCheckpointAsync(store, folder, folder[(folder.LastIndexOf('/') + 1)..], cancellationToken);
        return (state is null || LeaseHolder.RemainingOf(state.Lease, TimeSpan.Zero) is not null, state?.Lease);
    }

    private static async Task<(Checkpoint? State, TimeSpan Age, string? Fault)> ReadCheckpointAsync(IBackupStore store, string folder, string id, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadVersionAsync(StoreKey.Join(folder, BackupLayout.Checkpoint), CheckpointJson.Limit, cancellationToken) is not { } found)
                return (null, default, null);
            var (state, fault) = CheckpointJson.Read(found.Content.Span, id);
            return (state, found.Age, fault);
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.ManifestDamaged or BackupErrorCode.UnsafePath)
        {
            return (null, default, $"cannot be used: {exception.Message.TrimEnd('.')}");
        }
    }

    private static string Detail(Checkpoint? state, TimeSpan age, string? fault)
    {
        if (state is null)
            return fault is null ? "The backup is not complete, and nothing of it can be gone on with: there is no checkpoint." : $"The backup is not complete, and its checkpoint {fault}.";
        var held = LeaseHolder.RemainingOf(state.Lease, age) is { } remaining
            ? $"{LeaseHolder.Describe(state.Lease!)} holds it until {(DateTimeOffset.UtcNow + remaining).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}, and longer while it lives"
            : "no run is at work on it";
        return $"The backup is not complete: {state.Segments!.Count(segment => segment.Ended)} of {state.Segments!.Count} segments have ended; {held}.";
    }

    private static string Fix(Checkpoint? state, TimeSpan age) => state is null
        ? "Where no run is at work on it, remove it: pipe it to Remove-DynamoBackup."
        : LeaseHolder.RemainingOf(state.Lease, age) is not null
            ? "Let the run end."
            : "Backup-DynamoTable -Resume, with the parameters that it was begun with, goes on with it. To remove it, pipe it to Remove-DynamoBackup.";

    private static string TableFolderOf(string folder)
    {
        var parts = folder.Split('/');
        return parts.Length > 2 ? parts[^3] : "(unknown)";
    }

    private static DateTime InstantOf(string id) =>
        long.TryParse(id.AsSpan(0, IdDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime : default;
}
