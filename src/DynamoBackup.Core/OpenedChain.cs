using DynamoBackup.Chains;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>The backups of a restore point with their manifests read. A store that holds several of them is opened once.</summary>
internal sealed class OpenedChain : IDisposable
{
    private const int ParallelReads = 8;

    private readonly Dictionary<string, IBackupStore> _stores;

    private OpenedChain(RestorePoint point, Dictionary<string, IBackupStore> stores, ReplayInput input, SidecarDefinition? definition)
    {
        _stores = stores;
        Point = point;
        Input = input;
        Definition = definition;
    }

    /// <summary>Which backups they are.</summary>
    public RestorePoint Point { get; }

    /// <summary>What is replayed.</summary>
    public ReplayInput Input { get; }

    /// <summary>The newest of the table's definitions; null where none of the backups holds one.</summary>
    public SidecarDefinition? Definition { get; }

    /// <summary>Opens them.</summary>
    /// <exception cref="DynamoBackupException">One is missing or damaged.</exception>
    public static async Task<OpenedChain> OpenAsync(RestorePoint point, StoreOptions options, bool excludeTtlDelete, IRunOutput output, CancellationToken cancellationToken)
    {
        var stores = new Dictionary<string, IBackupStore>(StringComparer.Ordinal);
        try
        {
            foreach (var location in point.Increments.Prepend(point.Base).Select(backup => backup.Location).Distinct(StringComparer.Ordinal))
                stores.Add(location, StoreLocation.Open(location, options, output));
            var backups = new OpenedBackup[point.Increments.Count + 1];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, backups.Length, parallel, async (index, cancellation) =>
            {
                var backup = index == 0 ? point.Base : point.Increments[index - 1];
                backups[index] = await ReadAsync(stores[backup.Location], backup, cancellation);
            });

            var definition = backups.AsEnumerable().Reverse().Select(backup => (Backup: backup, Definition: VerifyRun.DefinitionOf(backup))).FirstOrDefault(found => found.Definition is not null);
            var input = new ReplayInput(backups[0], backups[1..], point.AtUtc) { Key = (VerifyRun.DefinitionOf(backups[0]) ?? definition.Definition)?.Key, ExcludeTtlDelete = excludeTtlDelete };
            return new OpenedChain(point, stores, input, definition.Backup?.Sidecar!.Definition);
        }
        catch
        {
            Dispose(stores);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Dispose(_stores);

    private static async Task<OpenedBackup> ReadAsync(IBackupStore store, BackupInfo backup, CancellationToken cancellationToken)
    {
        var opened = await BackupReader.ReadAsync(store, backup.Path, cancellationToken)
            ?? throw new DynamoBackupException(BackupErrorCode.BackupNotFound, $"{store.Location} no longer holds backup {backup.Id}, which is needed. List what is there with: Get-DynamoBackup -Source '{store.Location}'", backup.Id);
        RestoreProof.RefuseDamaged(opened.Info, opened.Info.Findings);
        return opened;
    }

    private static void Dispose(Dictionary<string, IBackupStore> stores)
    {
        foreach (var store in stores.Values)
            store.Dispose();
    }
}
