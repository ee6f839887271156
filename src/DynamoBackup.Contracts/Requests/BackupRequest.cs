namespace DynamoBackup;

/// <summary>What to back up, from where, to where and how.</summary>
public sealed record BackupRequest
{
    /// <summary>The table's name or ARN.</summary>
    public required string TableName { get; init; }

    /// <summary>How to reach the table.</summary>
    public required AwsConnection Connection { get; init; }

    /// <summary>The store to write to: a path or a <c>file://</c> URI.</summary>
    public required string Destination { get; init; }

    /// <summary>How data files are compressed.</summary>
    public BackupCompression Compression { get; init; }

    /// <summary>Parallel scan segments; null chooses by table size and processors.</summary>
    public int? Segments { get; init; }

    /// <summary>Whether to use strongly consistent reads.</summary>
    public bool ConsistentRead { get; init; }

    /// <summary>Stored size, in bytes, at which a data file is closed and the next one begun.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;
}
