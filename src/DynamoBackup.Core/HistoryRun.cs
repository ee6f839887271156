using DynamoBackup.Chains;
using DynamoBackup.Items;
using DynamoBackup.Replay;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Reads the versions of items out of all backups of a table, without the table. A backup that cannot be read is an error that names it, and the others are read.</summary>
public sealed class HistoryRun
{
    private readonly HistoryRequest _request;
    private readonly IRunOutput _output;
    private readonly string _tableName;
    private readonly ProgressMeter _meter;

    private HistoryRun(HistoryRequest request, IRunOutput output)
    {
        (_request, _output, _tableName) = (request, output, request.Backups[0].TableName);
        _meter = new ProgressMeter(output, _tableName, "Reading", null, null);
    }

    /// <summary>Reads versions.</summary>
    /// <param name="request">Of which items.</param>
    /// <param name="output">Where the run tells what it does; a backup that cannot be read and a key of which nothing is known are errors there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The versions, key by key and oldest first.</returns>
    /// <exception cref="DynamoBackupException">A key is not one of the table, or no backups bring the instant back.</exception>
    public static Task<IReadOnlyList<ItemVersion>> RunAsync(HistoryRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        if (request.Backups.Count == 0)
            return Task.FromResult<IReadOnlyList<ItemVersion>>([]);
        var run = new HistoryRun(request, output);
        return request.AsOf is { } at ? run.FindAsync(at, cancellationToken) : run.ListAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ItemVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var copies = _request.Backups.Where(backup => !backup.IsUnfinished).GroupBy(backup => backup.Id, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.OrderBy(copy => copy.IsDamaged).ToList()).ToList();
        var keys = new KeySet(_request.Keys, await FindKeyAsync([.. copies.Select(group => group[0])], cancellationToken));
        var histories = keys.All.ToDictionary(key => key, key => new ItemHistory(key));
        foreach (var group in copies)
        {
            if (await ReadAnyAsync(group, keys, cancellationToken) is not var (backup, versions))
                continue;
            var byKey = versions.ToLookup(version => version.Key);
            foreach (var (key, history) in histories)
                history.Add(backup, byKey[key]);
        }

        var all = new List<ItemVersion>();
        foreach (var (key, history) in histories)
        {
            var versions = history.Versions();
            if (versions.Count == 0)
                _output.Error(NotFound(key, $"No backup of '{_tableName}' that could be read tells of an item with the key {key.Json}. Check the values and their types, or look in another store"));
            all.AddRange(versions.Select(Describe));
        }

        return all;
    }

    private async Task<IReadOnlyList<ItemVersion>> FindAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var point = ChainMap.Of(_request.Backups).Resolve(at);
        var second = Second.Before(at.UtcDateTime);
        var keys = new KeySet(_request.Keys, await FindKeyAsync([point.Base, .. point.Increments], cancellationToken));
        var last = (await ReadAsync(point.Base, keys, cancellationToken)).ToDictionary(version => version.Key);
        foreach (var increment in point.Increments)
        {
            // An export by AWS is the state at its end, and its end is not after the instant.
            var counted = (await ReadAsync(increment, keys, cancellationToken)).Where(version => version.Place is null || version.TimeUtc <= second);
            foreach (var changes in counted.GroupBy(version => version.Key))
            {
                var change = changes.OrderBy(version => version.Place ?? default).Last();
                var isUpdate = change.IsPresent && (change.HasOldImage || changes.Skip(1).Any() || (last.TryGetValue(changes.Key, out var before) && before.IsPresent));
                last[changes.Key] = isUpdate ? change with { Change = ItemVersionChange.Update } : change;
            }
        }

        var found = new List<ItemVersion>();
        foreach (var key in keys.All)
        {
            if (last.TryGetValue(key, out var version) && version.IsPresent)
                found.Add(Describe(version));
            else
                _output.Error(NotFound(key, $"'{_tableName}' held no item with the key {key.Json} at {Second.Text(second)}{(version is null ? "" : $": it was deleted at {Second.Text(version.TimeUtc)}")}. Check the values and their types; -History without -AsOf returns all versions"));
        }

        return found;
    }

    /// <summary>Reads one of several copies of a backup; null where none can be read.</summary>
    private async Task<(BackupInfo Backup, IReadOnlyList<StoredVersion> Versions)?> ReadAnyAsync(IReadOnlyList<BackupInfo> copies, KeySet keys, CancellationToken cancellationToken)
    {
        for (var index = 0; index < copies.Count; index++)
        {
            try
            {
                return (copies[index], await ReadAsync(copies[index], keys, cancellationToken));
            }
            catch (DynamoBackupException failure) when (IsOfBackup(failure))
            {
                if (index < copies.Count - 1)
                    _output.Warning($"{failure.Message} The copy at {copies[index + 1].Location} is read in its place.");
                else
                    _output.Error(failure);
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<StoredVersion>> ReadAsync(BackupInfo backup, KeySet keys, CancellationToken cancellationToken)
    {
        using var opened = await VerifyRun.OpenAsync(backup.Location, _request.Store, backup.Path, _output, cancellationToken);
        var versions = await new VersionReading(opened, keys, _meter).RunAsync(cancellationToken);
        _output.Verbose($"Backup {backup.Id} at {backup.Location} tells of {versions.Count:N0} versions.");
        return versions;
    }

    /// <summary>The table's key, from a definition or else from changes; null where no backup tells.</summary>
    private async Task<IReadOnlyList<KeyAttribute>?> FindKeyAsync(IReadOnlyList<BackupInfo> backups, CancellationToken cancellationToken)
    {
        foreach (var backup in backups.OrderBy(backup => backup.Type))
        {
            try
            {
                using var opened = await VerifyRun.OpenAsync(backup.Location, _request.Store, backup.Path, _output, cancellationToken);
                if (VerifyRun.DefinitionOf(opened)?.Key is { } key)
                    return key;
                if (backup.Type == BackupType.Incremental && await ChangeReading.FindKeyAsync(new ReplayInput(opened, [opened], null), cancellationToken) is { } read)
                    return read;
            }
            catch (DynamoBackupException failure) when (IsOfBackup(failure))
            {
                _output.Debug($"Backup {backup.Id} does not tell the table's key: {failure.Message}");
            }
        }

        return null;
    }

    private ItemVersion Describe(StoredVersion version) => new()
    {
        TableName = _tableName,
        Key = version.Key.Json,
        TimeUtc = version.TimeUtc,
        Change = version.Change,
        SequenceNumber = version.Place?.Number.ToString(),
        BackupId = version.Backup.Id,
        Type = version.Backup.Type,
        Location = version.Backup.Location,
        Item = version.Json is { } json ? _request.ItemReader(json) : null,
    };

    private static DynamoBackupException NotFound(KeySet.Wanted key, string what) => new(BackupErrorCode.ItemNotFound, $"{what}.", key.Json);

    private static bool IsOfBackup(DynamoBackupException exception) => exception.Code is
        BackupErrorCode.BackupDamaged or BackupErrorCode.InvalidItem or BackupErrorCode.StoreReadFailed or BackupErrorCode.UnsafePath or BackupErrorCode.BackupNotFound
        or BackupErrorCode.FormatNotSupported or BackupErrorCode.ManifestTooNew or BackupErrorCode.ManifestDamaged;
}
