namespace DynamoBackup;

/// <summary>One backup that was removed.</summary>
public sealed record BackupRemoval
{
    /// <summary>The table's name; of an unfinished backup, the name of its table's folder.</summary>
    public required string TableName { get; init; }

    /// <summary>The backup's id.</summary>
    public required string Id { get; init; }

    /// <summary>The store that held it.</summary>
    public required string Location { get; init; }

    /// <summary>What was removed.</summary>
    public required BackupState State { get; init; }

    /// <summary>Files that were deleted.</summary>
    public int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The result as one line.</summary>
    public override string ToString() => $"{TableName} {Id} removed from {Location}";
}
