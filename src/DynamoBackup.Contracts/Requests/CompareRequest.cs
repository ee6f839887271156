namespace DynamoBackup;

/// <summary>Which backup to compare, and with what.</summary>
public sealed record CompareRequest
{
    /// <summary>The backup that is the reference.</summary>
    public required BackupInfo Reference { get; init; }

    /// <summary>The backup that is the difference; null compares with a table.</summary>
    public BackupInfo? Difference { get; init; }

    /// <summary>The table that is the difference, where no backup is; null means the one that was backed up.</summary>
    public string? TableName { get; init; }

    /// <summary>How to reach the stores.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>How to reach the table.</summary>
    public AwsConnection Connection { get; init; } = new();

    /// <summary>How much read capacity of the table may be used; null does not limit it.</summary>
    public CapacityLimit? ReadLimit { get; init; }

    /// <summary>Whether only the counts are asked for, and not what differs.</summary>
    public bool CountsOnly { get; init; }

    /// <summary>The folder for temporary files; null takes one of the user's own.</summary>
    public string? WorkingDirectory { get; init; }
}
