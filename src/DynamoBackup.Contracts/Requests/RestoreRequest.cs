namespace DynamoBackup;

/// <summary>Which backup to restore, into which table and how.</summary>
public sealed record RestoreRequest
{
    /// <summary>The store that holds the backup.</summary>
    public required string Source { get; init; }

    /// <summary>How to reach that store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>The backup's folder, relative to the store.</summary>
    public required string Path { get; init; }

    /// <summary>How to reach the target table.</summary>
    public required AwsConnection Connection { get; init; }

    /// <summary>The table to write; null means the name of the table that was backed up.</summary>
    public string? TargetTable { get; init; }

    /// <summary>How to treat an existing table; null means that it must not exist or must be empty.</summary>
    public RestoreMode? Mode { get; init; }

    /// <summary>
    /// A table definition that stands in place of the backup's own: JSON in the shape of DescribeTable's answer or of a CreateTable request; null
    /// takes the backup's. An export by AWS has none.
    /// </summary>
    public string? TableDefinition { get; init; }

    /// <summary>What a new table gets otherwise than its definition says.</summary>
    public TableOverrides Overrides { get; init; } = new();

    /// <summary>Settings that a new table does not get.</summary>
    public IReadOnlyList<TableSetting> ExcludedSettings { get; init; } = [];

    /// <summary>
    /// Whether to continue a restore of this backup into this table that an earlier run has left unfinished, where there is one; and whether a run that
    /// fails or is cancelled leaves what it has written to be continued.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>The folder of journals, locks and temporary files; null takes the user's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Only the items with these keys; null restores all.</summary>
    public IReadOnlyList<ItemKey>? Keys { get; init; }

    /// <summary>Decides which items are restored; null restores all.</summary>
    public ItemChooser? Where { get; init; }

    /// <summary>Whether to prove the result by reading the table back.</summary>
    public bool Verify { get; init; }

    /// <summary>
    /// Whether <see cref="RestoreMode.Replace"/> changes and deletes an item only while it is as the comparison saw it, one by one; items that others have
    /// changed meanwhile are skipped.
    /// </summary>
    public bool Safe { get; init; }

    /// <summary>
    /// Whether writing begins before the whole backup has been proved; what is read is then checked as it is read. A comparison reads the whole backup
    /// anyway, and proves it.
    /// </summary>
    public bool SkipVerification { get; init; }

    /// <summary>How much write capacity the restore may use; null does not limit it. Reading back is never limited.</summary>
    public CapacityLimit? WriteLimit { get; init; }

    /// <summary>How long the whole run may take; null lets it take as long as it does. Throttling alone never ends a run.</summary>
    public TimeSpan? Timeout { get; init; }
}
