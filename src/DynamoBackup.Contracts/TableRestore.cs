using System.Collections.ObjectModel;

namespace DynamoBackup;

/// <summary>
/// What a restore did. <see cref="ItemsRead"/> = <see cref="Written"/> + <see cref="Unchanged"/> + <see cref="Skipped"/> always holds:
/// a run in which it does not is an error, never a result.
/// </summary>
public sealed record TableRestore
{
    // PowerShell indexes a collection only by a public indexer, which what the compiler makes of an expression lacks.
    private readonly ReadOnlyCollection<Finding> _findings = ReadOnlyCollection<Finding>.Empty;
    private readonly ReadOnlyCollection<string> _backupIds = ReadOnlyCollection<string>.Empty;

    /// <summary>The table that was written.</summary>
    public required string TableName { get; init; }

    /// <summary>The backup's id; of several that were used, the newest one's.</summary>
    public required string BackupId { get; init; }

    /// <summary>All backups that were used, the full one first and those that build on it in their order.</summary>
    public IReadOnlyList<string> BackupIds
    {
        get => _backupIds;
        init => _backupIds = value as ReadOnlyCollection<string> ?? new([.. value]);
    }

    /// <summary>The second, in UTC, as of whose end the items were restored. Null where a full backup was restored as it is.</summary>
    public DateTime? PointInTimeUtc { get; init; }

    /// <summary>The store that holds the backup.</summary>
    public required string Location { get; init; }

    /// <summary>How the table was written.</summary>
    public required RestoreMode Mode { get; init; }

    /// <summary>Items read from the backup.</summary>
    public long ItemsRead { get; init; }

    /// <summary>Items written to the table.</summary>
    public long Written { get; init; }

    /// <summary>Items deleted from the table.</summary>
    public long Deleted { get; init; }

    /// <summary>Items that the table already held as they are in the backup.</summary>
    public long Unchanged { get; init; }

    /// <summary>Items left out on purpose; the findings tell why.</summary>
    public long Skipped { get; init; }

    /// <summary>Items read whose time to live has passed; 0 where the table has none. They were treated like all others.</summary>
    public long ExpiredItems { get; init; }

    /// <summary>How long the restore took, verification included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The content digest of the items that were read; equals the backup's.</summary>
    public string? ContentDigest { get; init; }

    /// <summary>True: proved by reading the table back. False: the table differs, as the findings and an error say. Null: not asked for (<c>-Verify</c>).</summary>
    public bool? Verified { get; init; }

    /// <summary>What could not be put back, and what is worth knowing.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get => _findings;
        init => _findings = value as ReadOnlyCollection<Finding> ?? new([.. value]);
    }

    /// <summary>The result as one line.</summary>
    public override string ToString() => $"{TableName}: {Written} items from {BackupId}";
}
