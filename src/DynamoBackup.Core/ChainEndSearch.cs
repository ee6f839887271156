using DynamoBackup.Changes;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Finds where the chain of a table's backups in a store ends, and whether the table's stream goes on from there.</summary>
/// <param name="tableName">The table's name.</param>
/// <param name="table">The table; null where it no longer exists.</param>
/// <param name="stream">Its stream; null where there is none.</param>
/// <param name="output">Told of backups that cannot be built on.</param>
internal sealed class ChainEndSearch(string tableName, TableDefinition? table, TableStream? stream, IRunOutput output)
{
    /// <summary>A stream keeps records for 24 hours (source: Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB Streams").</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);
    private const int ParallelReads = 8;

    /// <summary>Looks for it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="now">The service's time.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The end; null where there is no backup that could be built on.</returns>
    public async Task<ChainEnd?> FindAsync(IBackupStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var backups = await ReadAsync(store, cancellationToken);
        var byId = backups.ToDictionary(backup => backup.Info.Id, StringComparer.Ordinal);
        var ends = backups.Where(backup => backup.Sidecar?.Stream is not null && backup.Info.ToUtc is not null)
            .OrderByDescending(backup => backup.Info.ToUtc).ThenBy(backup => RankOf(backup.Info)).ThenByDescending(backup => backup.Info.Id, StringComparer.Ordinal).ToList();
        foreach (var end in ends)
        {
            if (MissingOf(end.Info, byId) is { } missing)
                output.Warning($"Backup {end.Info.Id} of '{tableName}' at {store.Location} builds on {missing}, which is missing or damaged, so it cannot be restored. The next backup builds on an older one where the stream still holds all changes since.");
            else
                return Check(end, now);
        }

        return null;
    }

    private async Task<List<(BackupInfo Info, Sidecar? Sidecar)>> ReadAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        var exports = BackupLayout.FolderOf(tableName, BackupId.Create(DateTimeOffset.UnixEpoch));
        exports = exports[..exports.LastIndexOf('/')];
        var folders = new List<string>();
        await foreach (var name in store.ListFoldersAsync(exports, cancellationToken))
        {
            if (BackupId.IsValid(name))
                folders.Add(StoreKey.Join(exports, name));
        }

        var found = new (BackupInfo Info, Sidecar? Sidecar)?[folders.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        // The backups' own streams are not disposed: they are this store.
        await Parallel.ForAsync(0, folders.Count, options, async (index, cancellation) =>
            found[index] = await BackupReader.ReadAsync(store, folders[index], cancellation) is { } backup && (table is null || backup.Info.TableArn == table.Arn) && !backup.Info.IsDamaged
                ? (backup.Info, backup.Sidecar)
                : null);
        return [.. found.OfType<(BackupInfo Info, Sidecar? Sidecar)>()];
    }

    /// <summary>
    /// Of backups of one second, the full one comes first that is that state alone, such as a merged one: what builds on it needs no others. One with an increment that makes it exact comes last, for only
    /// that increment can be built on.
    /// </summary>
    private static int RankOf(BackupInfo backup) => backup.Type == BackupType.Incremental ? 1 : backup.ExactWith is { Length: > 0 } ? 2 : 0;

    /// <summary>The first backup on the way back to the full one that is not there; null where all are.</summary>
    private static string? MissingOf(BackupInfo end, Dictionary<string, (BackupInfo Info, Sidecar? Sidecar)> byId)
    {
        // A chain that bites its own tail is no chain.
        for (var (backup, steps) = (end, 0); steps <= byId.Count; steps++)
        {
            if (backup.Type == BackupType.Full)
                return backup.ExactWith is null || backup.ExactWith == end.Id || byId.ContainsKey(backup.ExactWith) ? null : backup.ExactWith;
            if (backup.ParentId is null || !byId.TryGetValue(backup.ParentId, out var parent))
                return backup.ParentId ?? "a backup that it does not name";
            backup = parent.Info;
        }

        return end.Id;
    }

    private ChainEnd Check((BackupInfo Info, Sidecar? Sidecar) backup, DateTimeOffset now)
    {
        var recorded = backup.Sidecar!.Stream!;
        var end = new ChainEnd(backup.Info.Id, backup.Info.ToUtc!.Value, StreamPlace.Read(recorded.Arn, recorded.To), null);
        if (end.Position is null)
            return end.Broken($"backup {end.Id} does not say where in the stream it ended");
        var behind = now - new DateTimeOffset(end.ToUtc, TimeSpan.Zero);
        if (Replaced(recorded) is { } reason)
            return end.Broken(reason) with { Rest = behind > Retention ? null : RestOf(backup.Sidecar, end.Position) };
        return behind > Retention
            ? end.Broken($"the last backup is of {behind.TotalHours:0} hours ago, and a stream keeps changes for 24")
            : end;
    }

    /// <summary>Why the table or its stream is not the one that was read; null where it is.</summary>
    private string? Replaced(SidecarStream recorded)
    {
        if (table is null)
            return "the table was deleted";
        if (recorded.TableId is not null && table.Id is not null ? recorded.TableId != table.Id : recorded.TableCreatedUtc is not null && recorded.TableCreatedUtc != TableStream.TableCreated(table))
            return "the table was deleted, and one of the same name created";
        return recorded.Arn != stream?.Arn ? "the table's stream was turned off and on again" : null;
    }

    /// <summary>What is left to read of the stream that was read; null where its table's definition is not recorded.</summary>
    private FormerStream? RestOf(Sidecar sidecar, StreamPosition position)
    {
        try
        {
            return sidecar.Definition is { } definition ? new FormerStream(new TableDefinition(definition), new TableStream(position.StreamArn, sidecar.Stream!.ViewType ?? ""), position) : null;
        }
        catch (DynamoBackupException exception)
        {
            output.Debug($"Backup {sidecar.BackupId} does not define the table that it is of: {exception.Message}");
            return null;
        }
    }
}
