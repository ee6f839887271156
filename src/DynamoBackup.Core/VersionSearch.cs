using DynamoBackup.Chains;
using DynamoBackup.Items;

namespace DynamoBackup;

/// <summary>Finds the versions that were in a table at an instant, in the backups that a restore to it would take.</summary>
/// <param name="request">Of which items.</param>
/// <param name="source">Reads backups.</param>
/// <param name="output">Told which backups are read in the place of damaged ones, and of each key that was not there.</param>
internal sealed class VersionSearch(HistoryRequest request, VersionSource source, IRunOutput output)
{
    /// <summary>Finds them.</summary>
    /// <param name="at">The instant; a fraction of a second is dropped.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The versions, key by key; none for a key of which there was no item.</returns>
    /// <exception cref="DynamoBackupException">No backups bring the instant back, or one that is needed cannot be read.</exception>
    public async Task<IReadOnlyList<StoredVersion>> RunAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = request.Backups;
        var point = ChainMap.Of(known).Resolve(at);
        var keys = new KeySet(request.Keys, await FindKeyAsync(point, cancellationToken));
        var read = new Dictionary<(string Id, string Location), IReadOnlyList<StoredVersion>>();
        while (await FindUnreadableAsync(point, keys, read, cancellationToken) is var (copy, failure))
        {
            known = DamagedCopies.Mark(known, copy, failure.Message);
            var next = known;
            point = DamagedCopies.TryFind(() => ChainMap.Of(next).Resolve(at)) ?? throw failure;
            output.Warning($"{failure.Message} {DamagedCopies.Replacement(copy, point)}");
        }

        var second = Second.Before(at.UtcDateTime);
        var last = Replay(point, read, second);
        var found = new List<StoredVersion>();
        foreach (var key in keys.All)
        {
            if (last.TryGetValue(key, out var version) && version.IsPresent)
            {
                found.Add(version);
                continue;
            }

            var table = point.Base.TableName;
            var deleted = version is null ? "" : $": it was deleted at {Second.Text(version.TimeUtc)}";
            output.Error(new(BackupErrorCode.ItemNotFound, $"'{table}' held no item with the key {key.Json} at {Second.Text(second)}{deleted}. Check the values and their types; -History without -AsOf returns all versions.", key.Json));
        }

        return found;
    }

    /// <summary>The key, from the backups that are read, or else from others of the same table: exports by AWS do not tell it.</summary>
    private Task<IReadOnlyList<Tables.KeyAttribute>?> FindKeyAsync(RestorePoint point, CancellationToken cancellationToken)
    {
        var needed = point.Increments.Prepend(point.Base).ToList();
        var others = request.Backups.Where(backup => !backup.IsUnfinished && backup.TableId == point.Base.TableId && !needed.Exists(one => DamagedCopies.IsSame(one, backup)));
        return source.FindKeyAsync(needed.Concat(others), cancellationToken);
    }

    /// <summary>Reads what has not been read yet.</summary>
    /// <returns>The first backup that cannot be read, and why; null where all have been.</returns>
    private async Task<(BackupInfo Copy, DynamoBackupException Failure)?> FindUnreadableAsync(
        RestorePoint point, KeySet keys, Dictionary<(string Id, string Location), IReadOnlyList<StoredVersion>> read, CancellationToken cancellationToken)
    {
        foreach (var backup in point.Increments.Prepend(point.Base))
        {
            if (read.ContainsKey((backup.Id, backup.Location)))
                continue;
            try
            {
                read.Add((backup.Id, backup.Location), await source.ReadAsync(backup, keys, cancellationToken));
            }
            catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
            {
                return (backup, failure);
            }
        }

        return null;
    }

    /// <summary>The last version of each key, up to the second.</summary>
    private static Dictionary<KeySet.Wanted, StoredVersion> Replay(RestorePoint point, Dictionary<(string Id, string Location), IReadOnlyList<StoredVersion>> read, DateTime second)
    {
        var last = read[(point.Base.Id, point.Base.Location)].ToDictionary(version => version.Key);
        foreach (var increment in point.Increments)
        {
            // An export by AWS is the state at its end, and its end is not after the instant.
            var counted = read[(increment.Id, increment.Location)].Where(version => version.Place is null || version.TimeUtc <= second);
            foreach (var changes in counted.GroupBy(version => version.Key))
            {
                var change = changes.OrderBy(version => version.Place ?? default).Last();
                var isUpdate = change.IsPresent && (change.HasOldImage || changes.Skip(1).Any() || (last.TryGetValue(changes.Key, out var before) && before.IsPresent));
                last[changes.Key] = isUpdate ? change with { Change = ItemVersionChange.Update } : change;
            }
        }

        return last;
    }
}
