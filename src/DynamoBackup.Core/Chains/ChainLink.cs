namespace DynamoBackup.Chains;

/// <summary>A backup and its place among the others. Of several copies it is the one to use.</summary>
internal sealed class ChainLink
{
    public ChainLink(BackupInfo backup)
    {
        Backup = backup;
        IsUsable = !backup.IsUnfinished && backup.Findings.All(finding => finding.Severity != FindingSeverity.Error || finding.Kind == FindingKind.ChainBroken);
        TableId = backup.TableId;
        if (!IsFull)
        {
            (From, To) = (backup.FromUtc, backup.ToUtc);
            return;
        }

        // Older backups know only when they were begun and ended, to the fraction of a second.
        From = backup.FromUtc ?? Second.Before(backup.StartedUtc);
        To = backup.ToUtc ?? Second.After(backup.CompletedUtc ?? default);
        if (IsUsable)
            Base = this;
    }

    public BackupInfo Backup { get; }

    public bool IsFull => Backup.Type == BackupType.Full;

    /// <summary>Whether it is an incremental export by AWS: it goes by time, and holds each item's last change alone.</summary>
    public bool IsCompacted => !IsFull && Backup.ParentId is null;

    /// <summary>The first instant that the state which this link brings back knows nothing of. AWS's times end before the instant that they name, ours with the second.</summary>
    public DateTime? Next => IsCompacted || Backup.Findings.Any(finding => finding.Kind == FindingKind.SidecarMissing) ? To : To?.AddSeconds(1);

    /// <summary>Whether the backup itself can be read; whether it can be restored is for those before it to say too.</summary>
    public bool IsUsable { get; }

    public DateTime? From { get; }

    public DateTime? To { get; }

    /// <summary>Whether it is a full backup that needs no other to be the table's state at one instant.</summary>
    public bool IsExactAlone => IsFull && Backup is { Exactness: BackupExactness.Exact, ToUtc: not null, ExactWith: null or "" };

    /// <summary>The table's id; where the backup does not know it, that of the one that it follows.</summary>
    public string? TableId { get; private set; }

    /// <summary>The one that it follows, restorable or not; null where that is missing, and of a full backup.</summary>
    public ChainLink? Before { get; private set; }

    /// <summary>The full backup that a restore of this one begins with; null where it cannot be restored.</summary>
    public ChainLink? Base { get; private set; }

    /// <summary>How many backups a restore replays on top of <see cref="Base"/>.</summary>
    public int Depth { get; private set; }

    /// <summary>Why it cannot be restored though it is itself sound, in words; null where it can.</summary>
    public string? Broken { get; private set; }

    /// <summary>Whether it brings back the table's state at <see cref="To"/>, on top of those before it.</summary>
    public bool IsState => Base is not null && (!IsFull || IsExactAlone);

    /// <summary>Puts the link behind another.</summary>
    /// <param name="before">The other one.</param>
    /// <param name="broken">Why it cannot be restored all the same; null where it can.</param>
    public void Follow(ChainLink before, string? broken)
    {
        Before = before;
        Broken = broken;
        if (broken is not null || !IsUsable)
            return;
        Base = before.Base;
        Depth = before.Depth + 1;
        TableId ??= before.TableId;
    }

    /// <summary>Says that nothing is there that the link could follow.</summary>
    public void Break(string reason) => Broken = reason;

    /// <summary>What is replayed, in order, to bring the state at this link back.</summary>
    public IReadOnlyList<BackupInfo> Increments()
    {
        var increments = new BackupInfo[Depth];
        var link = this;
        for (var index = Depth - 1; index >= 0; index--, link = link.Before!)
            increments[index] = link.Backup;
        return increments;
    }
}
