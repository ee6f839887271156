using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Finds what a prompt may offer. Each thing is told as soon as it is found: whoever asks may stop waiting and use what has come.</summary>
public static class PromptRun
{
    private const int ParallelReads = 8;

    /// <summary>Finds the tables of an account and region.</summary>
    /// <param name="connection">How to reach DynamoDB.</param>
    /// <param name="found">Told each table's name.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task FindTablesAsync(AwsConnection connection, Action<string> found, CancellationToken cancellationToken)
    {
        using var opened = DynamoConnection.Open(connection);
        await foreach (var name in new TableReader(opened, NoOutput.Instance).EnumerateAsync(cancellationToken))
            found(name);
    }

    /// <summary>Finds a store's backups, the newest first as far as reading many at a time allows.</summary>
    /// <param name="source">The store.</param>
    /// <param name="options">How to reach it.</param>
    /// <param name="onePerTable">Looks for one backup in each table's folder, where only tables are of interest.</param>
    /// <param name="found">Told each backup, from any thread.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task FindBackupsAsync(string source, StoreOptions options, bool onePerTable, Action<BackupInfo> found, CancellationToken cancellationToken)
    {
        using var store = StoreLocation.Open(source, options, NoOutput.Instance);
        var folders = await CatalogRun.FindFoldersAsync(store, null, cancellationToken);
        var newestFirst = folders.OrderByDescending(IdOf, StringComparer.Ordinal).ToList();
        var groups = onePerTable ? newestFirst.GroupBy(GroupOf).Select(group => group.ToList()) : newestFirst.Select(folder => new List<string> { folder });
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(groups, parallel, async (group, cancellation) =>
        {
            foreach (var folder in group)
            {
                if (await BackupReader.ReadAsync(store, folder, cancellation) is { } backup)
                {
                    found(backup.Info);
                    return;
                }
            }
        });
    }

    private static string IdOf(string folder) => folder[(folder.LastIndexOf('/') + 1)..];

    /// <summary>A table's folder; exports at the store's root may be of any table, so each of them is its own.</summary>
    private static string GroupOf(string folder) =>
        folder.StartsWith(BackupLayout.ExportFolder + "/", StringComparison.Ordinal) ? folder : folder[..folder.IndexOf('/', StringComparison.Ordinal)];
}
