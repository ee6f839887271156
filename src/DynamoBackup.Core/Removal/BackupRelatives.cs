using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Removal;

/// <summary>The other backups in a backup's table folder: those that build on it, and those that would still be there without it.</summary>
internal sealed class BackupRelatives(IBackupStore store, BackupInfo backup)
{
    /// <summary>The backups that build on this one.</summary>
    public List<string> Children { get; } = [];

    /// <summary>Whether there is another sound full backup of the table.</summary>
    public bool HasOther { get; private set; }

    /// <summary>Looks around. A backup that builds on another is younger; of the older ones only as many are read as it takes to find a sound one.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        var exports = backup.Path[..backup.Path.LastIndexOf('/')];
        var ids = new List<string>();
        await foreach (var id in store.ListFoldersAsync(exports, cancellationToken))
        {
            if (BackupId.IsValid(id) && id != backup.Id)
                ids.Add(id);
        }

        foreach (var id in ids.OrderDescending(StringComparer.Ordinal))
        {
            if (HasOther && string.CompareOrdinal(id, backup.Id) < 0)
                break;
            var other = await BackupReader.ReadAsync(store, StoreKey.Join(exports, id), cancellationToken);
            if (other is null || (other.Info.TableArn.Length > 0 && other.Info.TableArn != backup.TableArn))
                continue;
            if (other.Info.ParentId == backup.Id)
                Children.Add(id);
            HasOther |= other.Info is { IsDamaged: false, ParentId: null, Type: BackupType.Full } && other.Info.Findings.All(finding => finding.Kind != FindingKind.FormatNotSupported);
        }
    }
}
