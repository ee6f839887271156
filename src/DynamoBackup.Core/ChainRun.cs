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

    /// <summary>What to know where newer backups than the newest state cannot be used; null where there are none.</summary>
    /// <param name="backups">All backups of the table.</param>
    /// <param name="reached">The second of the newest state that can be restored.</param>
    public static string? DescribeBroken(IReadOnlyList<BackupInfo> backups, DateTime? reached)
    {
        ArgumentNullException.ThrowIfNull(backups);
        var broken = ChainMap.Of(backups).Chains.SelectMany(chain => chain.Backups)
            .Where(backup => backup.ToUtc > reached && backup.Findings.Any(finding => finding.Severity == FindingSeverity.Error)).OrderBy(backup => backup.ToUtc).ToList();
        if (broken.Count == 0)
            return null;
        var why = broken[0].Findings.First(finding => finding.Severity == FindingSeverity.Error);
        return $"{broken.Count:N0} {(broken.Count == 1 ? "backup" : "backups")} of '{broken[0].TableName}' of up to {Second.Text(broken[^1].ToUtc)} cannot be used, and the state is that of {Second.Text(reached)}. The first, {broken[0].Id}: {why.Detail} Get-DynamoBackup -Chain shows them all; a sound copy in another store helps, given as another -Source.";
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
