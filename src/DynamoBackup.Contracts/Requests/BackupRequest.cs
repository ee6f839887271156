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

    /// <summary>Whether to store the whole table, or what has changed since the last backup.</summary>
    public BackupType Type { get; init; }

    /// <summary>Whether to keep capturing changes, and to complete an incremental backup every <see cref="SealEvery"/>, until cancelled or for <see cref="Duration"/>.</summary>
    public bool Continuous { get; init; }

    /// <summary>How often a continuous run completes an incremental backup.</summary>
    public TimeSpan SealEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Stored bytes at which a continuous run completes an incremental backup before its time has come; null goes by time alone.</summary>
    public long? SealBytes { get; init; }

    /// <summary>How long a continuous run lasts; null until it is cancelled.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether an incremental backup without one that it can build on is an error; otherwise a full one is taken first.</summary>
    public bool RequireBase { get; init; }

    /// <summary>What to do where changes are lost.</summary>
    public GapAction GapAction { get; init; }

    /// <summary>Whether to turn the table's stream on where it is off.</summary>
    public bool EnableStream { get; init; }

    /// <summary>Whether a full backup leaves the table's stream alone: it is then not exact.</summary>
    public bool NoStream { get; init; }

    /// <summary>
    /// How long before the first page of an eventually consistent scan the reading of the stream begins, so that whatever the scan may have missed is in the stream. A strongly consistent scan
    /// does not wait. With less than a minute the backup is not called exact.
    /// </summary>
    public TimeSpan StreamLead { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after an instant a shard that shows nothing newer is still read, before it is taken to hold no older change.</summary>
    public TimeSpan StreamSettle { get; init; } = TimeSpan.FromSeconds(10);

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
