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

    /// <summary>Whether to prove the result by reading the table back.</summary>
    public bool Verify { get; init; }

    /// <summary>How much write capacity the restore may use; null does not limit it. Reading back is never limited.</summary>
    public CapacityLimit? WriteLimit { get; init; }

    /// <summary>How long the whole run may take; null lets it take as long as it does. Throttling alone never ends a run.</summary>
    public TimeSpan? Timeout { get; init; }
}
