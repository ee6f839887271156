namespace DynamoBackup;

/// <summary>How much a backup, the reference, and another backup or a table, the difference, have in common.</summary>
public sealed record BackupComparison
{
    /// <summary>The name of the table that was backed up.</summary>
    public required string TableName { get; init; }

    /// <summary>The id of the backup that is the reference.</summary>
    public required string ReferenceId { get; init; }

    /// <summary>The difference: the other backup's id, or the table's name.</summary>
    public required string Difference { get; init; }

    /// <summary>Items that only the difference has.</summary>
    public required long Added { get; init; }

    /// <summary>Items that only the reference has.</summary>
    public required long Removed { get; init; }

    /// <summary>Items that both have, with other contents.</summary>
    public required long Changed { get; init; }

    /// <summary>Items that both have alike.</summary>
    public required long Same { get; init; }

    /// <summary>The content digest of the reference.</summary>
    public required string ReferenceDigest { get; init; }

    /// <summary>The content digest of the difference.</summary>
    public required string DifferenceDigest { get; init; }

    /// <summary>How long the comparison took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether both hold the same items.</summary>
    public bool IsEqual => Added + Removed + Changed == 0;

    /// <summary>The comparison as one line.</summary>
    public override string ToString() => $"{TableName}: {Added} added, {Removed} removed, {Changed} changed, {Same} the same";
}
