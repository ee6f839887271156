namespace DynamoBackup;

/// <summary>What a restore would do, found out by reading only.</summary>
public sealed record RestorePlan
{
    /// <summary>The table to write.</summary>
    public required string TargetTable { get; init; }

    /// <summary>The backup to read.</summary>
    public required BackupInfo Backup { get; init; }

    /// <summary>How the table is written.</summary>
    public required RestoreMode Mode { get; init; }

    /// <summary>Whether the restore creates the table.</summary>
    public required bool CreatesTable { get; init; }

    /// <summary>Whether the table holds items now.</summary>
    public required bool TargetHoldsItems { get; init; }

    /// <summary>Whether a restore is continued that an earlier run has left unfinished in this table.</summary>
    public bool Continues { get; init; }

    /// <summary>What differs between the backup and the table; null where they have not been compared.</summary>
    public TableDifference? Difference { get; init; }

    /// <summary>How many different keys choose the items; null where none do.</summary>
    public int? Keys { get; init; }

    /// <summary>Write capacity units that the restore consumes at most, secondary indexes included.</summary>
    public double WriteUnits { get; init; }

    /// <summary>The time that these units take; null where the table's capacity is not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What <see cref="Duration"/> rests on, or why there is none, in words.</summary>
    public string Basis { get; init; } = "";
}
