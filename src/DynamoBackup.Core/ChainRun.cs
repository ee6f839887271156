using DynamoBackup.Chains;
using DynamoBackup.Manifests;

namespace DynamoBackup;

/// <summary>Puts listed backups into their chains, and finds those that bring an instant back.</summary>
public static class ChainRun
{
    /// <summary>The backups in the order of their chains, each base before what builds on it and chain after chain, with the findings and gaps that come of that.</summary>
    /// <param name="backups">All backups of the tables, the copies of each in the order in which their stores are preferred. Of copies one is listed: a sound one.</param>
    /// <param name="id">Only the chain that this backup is part of; null means all.</param>
    /// <exception cref="DynamoBackupException">There is no such backup.</exception>
    public static IReadOnlyList<BackupInfo> List(IReadOnlyList<BackupInfo> backups, string? id)
    {
        ArgumentNullException.ThrowIfNull(backups);
        var chains = backups.GroupBy(backup => backup.TableArn, StringComparer.Ordinal).SelectMany(table => ChainMap.Of(table).Chains);
        if (id is null)
            return [.. chains.SelectMany(chain => chain.Backups)];
        if (!BackupId.IsValid(id))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{id}' is not a backup's id: 14 digits, a hyphen, 8 hexadecimal digits. Get-DynamoBackup lists them.", id);
        var found = chains.Select(chain => chain.Backups.ToList()).Where(chain => chain.Exists(backup => backup.Id == id)).SelectMany(chain => chain).ToList();
        return found.Count > 0
            ? found
            : throw new DynamoBackupException(BackupErrorCode.BackupNotFound, $"There is no backup '{id}' among those of the given stores and tables. Get-DynamoBackup lists what is there.", id);
    }

    /// <summary>The backup of a table's newest state that can be restored: its newest full one, or the last increment of a chain that goes further.</summary>
    /// <param name="backups">All backups of the table, the copies of each in the order in which their stores are preferred.</param>
    /// <param name="full">The newest full one.</param>
    public static BackupInfo Newest(IReadOnlyList<BackupInfo> backups, BackupInfo full)
    {
        ArgumentNullException.ThrowIfNull(backups);
        ArgumentNullException.ThrowIfNull(full);
        var reached = full.ToUtc ?? full.CompletedUtc;
        var last = ChainMap.Of(backups.Where(backup => backup.TableArn == full.TableArn)).Chains.SelectMany(chain => chain.Backups)
            .Where(backup => backup.Type == BackupType.Incremental && backup.ToUtc > reached && backup.Findings.All(finding => finding.Severity != FindingSeverity.Error))
            .MaxBy(backup => backup.ToUtc);
        return last ?? full;
    }

    /// <summary>The backups that a restore to an instant takes: a full one, and what is replayed on top of it, in order.</summary>
    /// <param name="backups">All backups of one table, the copies of each in the order in which their stores are preferred.</param>
    /// <param name="at">The instant; a fraction of a second is dropped.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.PointInTimeNotCovered"/>: they do not bring it back.</exception>
    public static IReadOnlyList<BackupInfo> Resolve(IEnumerable<BackupInfo> backups, DateTimeOffset at)
    {
        var point = ChainMap.Of(backups).Resolve(at);
        return [point.Base, .. point.Increments];
    }
}
