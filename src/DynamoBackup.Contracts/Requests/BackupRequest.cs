namespace DynamoBackup;

/// <summary>What to back up, from where, to where and how.</summary>
public sealed record BackupRequest
{
    /// <summary>The table's name or ARN.</summary>
    public required string TableName { get; init; }

    /// <summary>How to reach the table.</summary>
    public required AwsConnection Connection { get; init; }

    /// <summary>The stores to write to, each a path, a <c>file://</c> or an <c>s3://bucket/prefix</c> URI. One scan feeds them all.</summary>
    public required IReadOnlyList<string> Destinations { get; init; }

    /// <summary>How to reach and write those stores.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>How data files are compressed.</summary>
    public BackupCompression Compression { get; init; }

    /// <summary>Parallel scan segments; null chooses by table size and processors.</summary>
    public int? Segments { get; init; }

    /// <summary>Whether to use strongly consistent reads.</summary>
    public bool ConsistentRead { get; init; }

    /// <summary>
    /// Whether to store items without reading them: faster, but there is then no content digest, and the items' size is not known. Responses and files
    /// are checked and hashed, and items counted, all the same.
    /// </summary>
    public bool NoContentDigest { get; init; }

    /// <summary>How much read capacity the scan may use; null does not limit it.</summary>
    public CapacityLimit? ReadLimit { get; init; }

    /// <summary>
    /// Whether to continue the newest unfinished backup of the table that was begun with equal parameters, where there is one; and whether a run that
    /// fails or is cancelled leaves what it has stored to be continued.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Stored size, in bytes, at which a data file is closed and the next one begun.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>How long the whole run may take; null lets it take as long as it does. Throttling alone never ends a run.</summary>
    public TimeSpan? Timeout { get; init; }
}
