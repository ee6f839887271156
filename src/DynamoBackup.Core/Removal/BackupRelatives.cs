using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Removal;

/// <summary>The other backups in a backup's table folder: those that need it, and those that would still be there without it.</summary>
/// <param name="store">The store.</param>
/// <param name="backup">The backup.</param>
/// <param name="together">Ids of those that go too.</param>
internal sealed class BackupRelatives(IBackupStore store, BackupInfo backup, IReadOnlyCollection<string> together)
{
    /// <summary>The backups that build on this one, or on that which makes it exact.</summary>
    public List<string> Children { get; } = [];

    /// <summary>The full backup that this one makes exact; null where there is none.</summary>
    public string? Completes { get; private set; }

    /// <summary>Whether there is another sound full backup of the table.</summary>
    public bool HasOther { get; private set; }

    /// <summary>
    /// Looks around. What builds on another backup is younger, but for what makes a full one exact; of the older ones only as many are read as it takes to find a sound
    /// one.
    /// </summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        var exports = backup.Path[..backup.Path.LastIndexOf('/')];
        var ids = new List<string>();
        await foreach (var id in store.ListFoldersAsync(exports, cancellationToken))
        {
            if (BackupId.IsValid(id) && id != backup.Id)
                ids.Add(id);
        }

        foreach (var id in ids.OrderByDescending(IsNamed).ThenByDescending(id => id, StringComparer.Ordinal))
        {
            if (HasOther && !IsNamed(id) && string.CompareOrdinal(id, backup.Id) < 0)
                break;
            var other = await BackupReader.ReadAsync(store, StoreKey.Join(exports, id), cancellationToken);
            if (other is not null && (other.Info.TableArn.Length == 0 || other.Info.TableArn == backup.TableArn))
                Note(other.Info);
        }
    }

    private bool IsNamed(string id) => id == backup.ExactWith || id == backup.ParentId;

    private void Note(BackupInfo other)
    {
        HasOther |= other is { IsDamaged: false, ParentId: null, Type: BackupType.Full } && other.Findings.All(finding => finding.Kind != FindingKind.FormatNotSupported);
        if (together.Contains(other.Id))
            return;
        if (other.ParentId is { } parent && (parent == backup.Id || parent == backup.ExactWith))
            Children.Add(other.Id);
        if (other.ExactWith == backup.Id && other.Id == backup.ParentId)
            Completes = other.Id;
    }
}
