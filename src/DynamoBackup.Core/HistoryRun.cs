using DynamoBackup.Items;

namespace DynamoBackup;

/// <summary>
/// Reads the versions of items out of all backups of a table, without the table, in bounded memory. A backup that cannot be read is an error that names it, and the others are read; at an instant, others
/// that bring it back are read in its place, or there is no answer.
/// </summary>
public sealed class HistoryRun
{
    /// <summary>What is handed over at once.</summary>
    private const int MostVersions = 256;
    private const int MostBytes = 1 << 20;

    private readonly HistoryRequest _request;
    private readonly VersionReceiver _receiver;
    private readonly IRunOutput _output;
    private readonly string _tableName;
    private readonly VersionBodies _bodies;
    private readonly VersionSource _source;

    private HistoryRun(HistoryRequest request, VersionReceiver receiver, IRunOutput output, VersionBodies bodies)
    {
        (_request, _receiver, _output, _bodies, _tableName) = (request, receiver, output, bodies, request.Backups[0].TableName);
        _source = new VersionSource(request.Store, bodies, new ProgressMeter(output, _tableName, "Reading", null, null), output);
    }

    /// <summary>Reads versions.</summary>
    /// <param name="request">Of which items.</param>
    /// <param name="receiver">Takes the versions, key by key and oldest first; of tables that had the same name one after another, table by table.</param>
    /// <param name="output">Where the run tells what it does; a backup that cannot be read and a key of which nothing is known are errors there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>How many versions were handed over.</returns>
    /// <exception cref="DynamoBackupException">A key is not one of the table, no backups bring the instant back, or one of those that do cannot be read.</exception>
    public static async Task<long> RunAsync(HistoryRequest request, VersionReceiver receiver, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(output);
        if (request.Backups.Count == 0)
            return 0;
        using var bodies = new VersionBodies(request.WorkingDirectory, output);
        var run = new HistoryRun(request, receiver, output, bodies);
        return request.AsOf is { } at
            ? await run.GiveAsync(await new VersionSearch(request, run._source, output).RunAsync(at, cancellationToken), cancellationToken)
            : await run.ListAsync(cancellationToken);
    }

    private async Task<long> ListAsync(CancellationToken cancellationToken)
    {
        var tables = HistoryTables.Of(_request.Backups.Where(backup => !backup.IsUnfinished));
        if (tables.Count > 1)
        {
            var told = string.Join(", then ", tables.Select(table => $"{table.TableId} (backups {table.Backups[0].Id} to {table.Backups[^1].Id})"));
            _output.Warning($"The backups are of {tables.Count} tables that were named '{_tableName}' one after another: {told}. Versions come table by table, with the table's id as TableId: an item of one is not an item of another.");
        }

        var (given, found, failure) = (0L, new Dictionary<string, bool>(StringComparer.Ordinal), (DynamoBackupException?)null);
        foreach (var (tableId, backups) in tables)
        {
            try
            {
                given += await ListAsync(backups, found, cancellationToken);
            }
            catch (DynamoBackupException unfit) when (unfit.Code == BackupErrorCode.InvalidArgument && tables.Count > 1)
            {
                failure ??= unfit;
                _output.Verbose($"Table {tableId} is passed over: {unfit.Message}");
            }
        }

        // What is not a key of any of the tables is wrong as given.
        if (found.Count == 0 && failure is not null)
            throw failure;
        foreach (var (key, _) in found.Where(key => !key.Value))
            _output.Error(new(BackupErrorCode.ItemNotFound, $"No backup of '{_tableName}' that could be read tells of an item with the key {key}. Check the values and their types, or look in another store.", key));
        return given;
    }

    /// <summary>Lists the versions of the items of one table.</summary>
    /// <param name="backups">Its backups.</param>
    /// <param name="told">Receives for each key whether there is a version of its item.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async Task<long> ListAsync(IReadOnlyList<BackupInfo> backups, Dictionary<string, bool> told, CancellationToken cancellationToken)
    {
        var copies = backups.GroupBy(backup => backup.Id, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.OrderBy(copy => copy.IsDamaged).ToList()).ToList();
        var keys = new KeySet(_request.Keys, await _source.FindKeyAsync(copies.SelectMany(group => group), cancellationToken));
        var histories = keys.All.ToDictionary(key => key, key => new ItemHistory(key));
        var read = new List<BackupInfo>();
        foreach (var group in copies)
        {
            if (await _source.ReadAnyAsync(group, keys, cancellationToken) is not var (backup, versions))
                continue;
            read.Add(backup);
            var byKey = versions.ToLookup(version => version.Key);
            foreach (var (key, history) in histories)
                history.Add(backup, byKey[key]);
        }

        if (HistoryGaps.Of(read, backups) is { Count: > 0 } gaps)
            _output.Warning(HistoryGaps.Describe(_tableName, gaps));
        var given = 0L;
        foreach (var (key, history) in histories)
        {
            var versions = history.Versions();
            told[key.Json] = versions.Count > 0 || told.GetValueOrDefault(key.Json);
            given += await GiveAsync(versions, cancellationToken);
        }

        return given;
    }

    /// <summary>Hands versions over, so many at a time that memory stays bounded.</summary>
    private async Task<long> GiveAsync(IReadOnlyList<StoredVersion> versions, CancellationToken cancellationToken)
    {
        var (batch, bytes) = (new List<ItemVersion>(), 0L);
        foreach (var version in versions)
        {
            batch.Add(Describe(version));
            bytes += version.Json?.Length ?? 0;
            if (batch.Count < MostVersions && bytes < MostBytes)
                continue;
            await _receiver(batch, cancellationToken);
            (batch, bytes) = ([], 0);
        }

        if (batch.Count > 0)
            await _receiver(batch, cancellationToken);
        return versions.Count;
    }

    private ItemVersion Describe(StoredVersion version) => new()
    {
        TableName = _tableName,
        TableId = version.Backup.TableId,
        Key = version.Key.Json,
        TimeUtc = version.TimeUtc,
        Change = version.Change,
        SequenceNumber = version.Place?.Number.ToString(),
        BackupId = version.Backup.Id,
        Type = version.Backup.Type,
        Location = version.Backup.Location,
        Item = version.Json is { } json ? _request.ItemReader(_bodies.Read(json)) : null,
    };
}
