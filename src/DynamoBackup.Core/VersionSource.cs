using DynamoBackup.Items;
using DynamoBackup.Replay;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Reads versions of items out of backups wherever they lie.</summary>
/// <param name="store">How to reach the stores.</param>
/// <param name="bodies">Where items are put away.</param>
/// <param name="meter">Told how far it is.</param>
/// <param name="output">Told what is read.</param>
internal sealed class VersionSource(StoreOptions store, VersionBodies bodies, ProgressMeter meter, IRunOutput output)
{
    /// <summary>Reads one of several copies of a backup. One that cannot be read is a warning where there is another, else an error.</summary>
    /// <param name="copies">The copies, those first that are preferred.</param>
    /// <param name="keys">The keys of the items.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The copy that was read, and what it tells; null where none can be read.</returns>
    public async Task<(BackupInfo Backup, IReadOnlyList<StoredVersion> Versions)?> ReadAnyAsync(IReadOnlyList<BackupInfo> copies, KeySet keys, CancellationToken cancellationToken)
    {
        for (var index = 0; index < copies.Count; index++)
        {
            try
            {
                return (copies[index], await ReadAsync(copies[index], keys, cancellationToken));
            }
            catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
            {
                if (index < copies.Count - 1)
                    output.Warning($"{failure.Message} The copy at {copies[index + 1].Location} is read in its place.");
                else
                    output.Error(new(failure.Code, $"{failure.Message} Its versions are not among those returned: if another store holds this backup, give both stores as -Source.", failure.Target, failure));
            }
        }

        return null;
    }

    /// <summary>Reads what a backup tells of items.</summary>
    /// <exception cref="DynamoBackupException">It cannot be read; the message names it and its place.</exception>
    public async Task<IReadOnlyList<StoredVersion>> ReadAsync(BackupInfo backup, KeySet keys, CancellationToken cancellationToken)
    {
        try
        {
            using var opened = await VerifyRun.OpenAsync(backup.Location, store, backup.Path, output, cancellationToken);
            var versions = await new VersionReading(opened, keys, bodies, meter).RunAsync(cancellationToken);
            output.Verbose($"Backup {backup.Id} at {backup.Location} tells of {versions.Count:N0} versions.");
            return versions;
        }
        catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
        {
            var told = failure.Message.Contains(backup.Id, StringComparison.Ordinal) ? failure.Message : $"Backup {backup.Id}: {failure.Message}";
            throw new DynamoBackupException(failure.Code, $"At {backup.Location}: {told}", backup.TableName, failure);
        }
    }

    /// <summary>The table's key, from a definition or else from changes; null where no backup tells.</summary>
    /// <param name="backups">The backups, those first that are to be asked first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<KeyAttribute>?> FindKeyAsync(IEnumerable<BackupInfo> backups, CancellationToken cancellationToken)
    {
        foreach (var backup in backups.OrderBy(backup => backup.Type))
        {
            try
            {
                using var opened = await VerifyRun.OpenAsync(backup.Location, store, backup.Path, output, cancellationToken);
                if (VerifyRun.DefinitionOf(opened)?.Key is { } key)
                    return key;
                if (backup.Type == BackupType.Incremental && await ChangeReading.FindKeyAsync(new ReplayInput(opened, [opened], null), cancellationToken) is { } read)
                    return read;
            }
            catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
            {
                output.Debug($"Backup {backup.Id} at {backup.Location} does not tell the table's key: {failure.Message}");
            }
        }

        return null;
    }
}
