namespace DynamoBackup;

/// <summary>What a backup would read, found out from the table's description, whose counts are about six hours old; and what it would go on with.</summary>
public sealed record BackupPlan
{
    /// <summary>The table to read.</summary>
    public required string TableName { get; init; }

    /// <summary>Items, as DynamoDB counted them last; 0 also where it has not counted yet.</summary>
    public required long Items { get; init; }

    /// <summary>Their bytes, as DynamoDB counted them last.</summary>
    public required long Bytes { get; init; }

    /// <summary>Read capacity units that the scan consumes.</summary>
    public required double ReadUnits { get; init; }

    /// <summary>The least time that these units take; null where the table's capacity is not known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What <see cref="Duration"/> rests on, or why there is none, in words.</summary>
    public required string Basis { get; init; }

    /// <summary>The unfinished backup that would be gone on with; null where a new one would begin.</summary>
    public string? UnfinishedId { get; init; }

    /// <summary>Items that are stored in it.</summary>
    public long StoredItems { get; init; }
}
