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
}
