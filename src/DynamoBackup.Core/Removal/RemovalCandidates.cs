using System.Globalization;
using DynamoBackup.Checkpoints;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Removal;

/// <summary>Finds out what the folders of a store hold that are named as backups' are, and which of them may be removed.</summary>
/// <param name="store">The store.</param>
/// <param name="request">Which ones are meant.</param>
/// <param name="output">Told what is left alone, and why.</param>
/// <param name="now">The time by which ages are measured.</param>
internal sealed class RemovalCandidates(IBackupStore store, RemovalRequest request, IRunOutput output, DateTimeOffset now)
{
    /// <summary>
    /// A run writes into its backup's folder again and again, the checkpoint if nothing else. What was written within this time is alive, however short the grace that
    /// was asked for; unless its checkpoint tells that no one is at work.
    /// </summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromMinutes(15);

    /// <summary>Looks at a folder.</summary>
    /// <returns>What would be removed; null where the folder is not meant.</returns>
    /// <exception cref="DynamoBackupException">It is meant and must not be removed.</exception>
    public async Task<RemovalPlan?> LookAsync(string folder, CancellationToken cancellationToken)
    {
        var backup = await BackupReader.ReadAsync(store, folder, cancellationToken);
        if (backup is not null)
            return request.Unfinished || !IsMeant(backup.Info.TableName, backup.Info.TableArn) ? null : await PlanAsync(backup, cancellationToken);

        var mark = await DeletionMark.ReadAsync(store, folder, cancellationToken);
        var (name, arn) = mark is { TableName.Length: > 0 } marked ? marked : (FolderName(folder), "");
        if (!IsMeant(name, arn) || (mark is null && !request.Unfinished))
            return null;
        var files = await ListAsync(folder, cancellationToken);
        if (files.Count == 0 || (mark is null && await IsLeftAloneAsync(folder, name, files, cancellationToken)))
            return null;
        return Plan(folder, name, arn, mark is null ? BackupState.Unfinished : BackupState.BeingDeleted, files);
    }

    private async Task<RemovalPlan> PlanAsync(OpenedBackup backup, CancellationToken cancellationToken)
    {
        var info = backup.Info;
        if (info.Type == BackupType.Incremental && info.Findings.Any(finding => finding.Kind == FindingKind.SidecarMissing))
        {
            throw new DynamoBackupException(
                BackupErrorCode.FormatNotSupported,
                $"'{info.Id}' is an incremental export by AWS, whose data lies in a folder that it shares with others: this version does not remove it. Delete the files that its manifest names by hand.", info.TableName);
        }

        var relatives = new BackupRelatives(store, info, request.Together);
        await relatives.FindAsync(cancellationToken);
        var whole = $"Get-DynamoBackup -Source '{store.Location}' -Id {info.Id} -Chain | Remove-DynamoBackup removes the whole chain.";
        if (relatives.Completes is { } full)
        {
            throw new DynamoBackupException(
                BackupErrorCode.BackupHasChildren,
                $"Backup {info.Id} of '{info.TableName}' cannot be removed alone: it holds what changed while full backup {full} was read, which is not exact without it. Remove both in one command. {whole}", info.TableName);
        }

        if (relatives.Children.Count > 0)
        {
            throw new DynamoBackupException(
                BackupErrorCode.BackupHasChildren,
                $"Backup {info.Id} of '{info.TableName}' cannot be removed: others build on it and could not be restored without it. Remove those first, the newest before the others, or all in one command: {string.Join(", ", relatives.Children)}. {whole}", info.TableName);
        }

        return Plan(info.Path, info.TableName, info.TableArn, BackupState.Complete, await ListAsync(info.Path, cancellationToken)) with
        {
            // What is damaged is no loss.
            IsLast = !info.IsDamaged && !relatives.HasOther,
        };
    }

    private bool IsMeant(string tableName, string tableArn) => request.TableFilter?.Invoke(tableName, tableArn) ?? true;

    /// <summary>Whether someone may still be at work: the last sign of that is the newest file, or the beginning.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: someone may, and just this backup was named.</exception>
    private async Task<bool> IsLeftAloneAsync(string folder, string name, List<StoreEntry> files, CancellationToken cancellationToken)
    {
        var last = files.Max(file => file.Modified ?? DateTimeOffset.MinValue);
        var began = BackupId.InstantOf(IdOf(folder));
        if (began > last)
            last = began;
        var grace = request.OlderThan;
        var who = "";
        if (grace < SignOfLife)
        {
            var (mayLive, lease) = await UnfinishedReader.FindHolderAsync(store, folder, cancellationToken);
            if (mayLive)
                (grace, who) = (SignOfLife, $" by {(lease is null ? "a run" : LeaseHolder.Describe(lease))}, which may be at work on it");
        }

        if (now - last >= grace)
            return false;
        var written = $"it was written to at {Spell(last)}{who}";
        if (request.Path is not null)
            throw new DynamoBackupException(BackupErrorCode.RunInProgress, $"The unfinished backup {IdOf(folder)} of '{name}' at {store.Location} is not removed: {written}. Let the run end; where it is dead, run the command again after {Spell(last + grace)}.", name);
        output.Verbose($"'{folder}' is left alone: {written}. If nobody writes to it, it can be removed from {Spell(last + grace)} on{(who.Length > 0 ? ", whatever -OlderThan says" : ", or with a shorter -OlderThan before")}.");
        return true;
    }

    private static string Spell(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<List<StoreEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new List<StoreEntry>();
        await foreach (var file in store.ListAsync(folder, cancellationToken))
            files.Add(file);
        return files;
    }

    private RemovalPlan Plan(string folder, string name, string arn, BackupState state, List<StoreEntry> files) => new()
    {
        TableName = name,
        TableArn = arn,
        Id = IdOf(folder),
        Location = store.Location,
        Path = folder,
        State = state,
        Files = files.Count,
        Bytes = files.Sum(file => file.Length),
    };

    private static string IdOf(string folder) => folder[(folder.LastIndexOf('/') + 1)..];

    private static string FolderName(string folder) => folder.StartsWith(BackupLayout.ExportFolder + "/", StringComparison.Ordinal) ? "(unknown)" : folder[..folder.IndexOf('/', StringComparison.Ordinal)];
}
