using DynamoBackup.Checkpoints;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>Lists the backups that stores hold.</summary>
public static class CatalogRun
{
    private const int ParallelReads = 8;

    /// <summary>Lists backups, oldest first and copies by store; damaged ones are in the list, with their findings.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="output">Where the run tells what it does; with several stores, one that cannot be read is an error there and the others are listed.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The backups.</returns>
    public static async Task<IReadOnlyList<BackupInfo>> RunAsync(BackupQuery query, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(output);
        if (query.Id is not null && !BackupId.IsValid(query.Id))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{query.Id}' is not a backup's id: 14 digits, a hyphen, 8 hexadecimal digits. Get-DynamoBackup lists them.", query.Id);

        var sources = query.Sources.Distinct(StringComparer.Ordinal).ToList();
        var all = new List<BackupInfo>();
        var failures = new List<DynamoBackupException>();
        foreach (var source in sources)
        {
            try
            {
                all.AddRange(await ReadStoreAsync(source, query, output, cancellationToken));
            }
            catch (DynamoBackupException failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0 && failures.Count == sources.Count)
            throw failures[0];
        failures.ForEach(output.Error);

        // The sort is stable: copies of one backup stay in the order of their stores.
        var found = all.Where(backup => Fits(backup, query)).OrderBy(backup => backup.Id, StringComparer.Ordinal);
        return query.Latest
            ? [.. found.GroupBy(backup => backup.TableArn, StringComparer.Ordinal).SelectMany(CopiesOfNewest).OrderBy(backup => backup.Id, StringComparer.Ordinal)]
            : [.. found];
    }

    private static async Task<IEnumerable<BackupInfo>> ReadStoreAsync(string source, BackupQuery query, IRunOutput output, CancellationToken cancellationToken)
    {
        using var store = StoreLocation.Open(source, query.Store, output);
        await store.EnsureExistsAsync(cancellationToken);
        var folders = await FindFoldersAsync(store, query.Id, cancellationToken);
        var backups = new BackupInfo?[folders.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, folders.Count, options, async (index, cancellation) =>
            backups[index] = query.Unfinished
                ? await UnfinishedReader.ReadAsync(store, folders[index], cancellation)
                : (await BackupReader.ReadAsync(store, folders[index], cancellation))?.Info);
        output.Verbose($"{store.Location}: {folders.Count} folders, {backups.Count(backup => backup is not null)} {(query.Unfinished ? "unfinished " : "")}backups.");
        return backups.OfType<BackupInfo>();
    }

    /// <summary>The folders that are named as a backup's are, each relative to the store.</summary>
    internal static async Task<IReadOnlyList<string>> FindFoldersAsync(IBackupStore store, string? id, CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        await AddFromAsync("");
        await foreach (var table in store.ListFoldersAsync("", cancellationToken))
        {
            if (table != BackupLayout.ExportFolder && StoreKey.IsSafe(table))
                await AddFromAsync(table);
        }

        return folders;

        async Task AddFromAsync(string parent)
        {
            var exports = StoreKey.Join(parent, BackupLayout.ExportFolder);
            await foreach (var name in store.ListFoldersAsync(exports, cancellationToken))
            {
                if (BackupId.IsValid(name) && (id is null || id == name))
                    folders.Add(StoreKey.Join(exports, name));
            }
        }
    }

    /// <summary>
    /// A table's newest backup, from every store that holds it: the newest one that is the whole table and can be read. Others come only where there is none of that kind.
    /// </summary>
    private static IEnumerable<BackupInfo> CopiesOfNewest(IEnumerable<BackupInfo> ofTable)
    {
        var newest = ofTable.LastOrDefault(backup => backup.Type == BackupType.Full && !backup.Findings.Any(finding => finding.Kind == FindingKind.FormatNotSupported)) ?? ofTable.Last();
        return ofTable.Where(backup => backup.Id == newest.Id);
    }

    private static bool Fits(BackupInfo backup, BackupQuery query) =>
        (query.TableFilter?.Invoke(backup.TableName, backup.TableArn) ?? true)
        && (query.After is not { } after || TimeOf(backup) >= after.UtcDateTime)
        && (query.Before is not { } before || TimeOf(backup) <= before.UtcDateTime);

    private static DateTime TimeOf(BackupInfo backup) => backup.IsUnfinished ? backup.StartedUtc : backup.CompletedUtc ?? default;
}
