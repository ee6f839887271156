namespace DynamoBackup;

/// <summary>What a merge would do, found out from the backups' manifests.</summary>
public sealed record MergePlan
{
    /// <summary>The table that was backed up.</summary>
    public required string TableName { get; init; }

    /// <summary>The second, in UTC, at which the merged backup is the table's state.</summary>
    public required DateTime AtUtc { get; init; }

    /// <summary>The store that it is written to.</summary>
    public required string Destination { get; init; }

    /// <summary>The full backup that is merged.</summary>
    public required BackupInfo Base { get; init; }

    /// <summary>The incremental ones, in the order of the chain.</summary>
    public required IReadOnlyList<BackupInfo> Increments { get; init; }

    /// <summary>Changes that these hold.</summary>
    public long Changes { get; init; }
}
