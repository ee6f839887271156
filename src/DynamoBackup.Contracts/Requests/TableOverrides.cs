namespace DynamoBackup;

/// <summary>What a restore makes otherwise than the backup's definition says, where it creates the table.</summary>
public sealed record TableOverrides
{
    /// <summary>How the new table is charged; null means as it was, or provisioned where capacity is given.</summary>
    public TableBillingMode? BillingMode { get; init; }

    /// <summary>The table's read capacity; null means as it was.</summary>
    public long? ReadCapacityUnits { get; init; }

    /// <summary>The table's write capacity; null means as it was.</summary>
    public long? WriteCapacityUnits { get; init; }

    /// <summary>The capacity of global secondary indexes, by their names.</summary>
    public IReadOnlyDictionary<string, TableThroughput> IndexThroughput { get; init; } = new Dictionary<string, TableThroughput>();

    /// <summary><c>STANDARD</c> or <c>STANDARD_INFREQUENT_ACCESS</c>; null means as it was.</summary>
    public string? TableClass { get; init; }

    /// <summary>Global, local and vector indexes that are left out.</summary>
    public IReadOnlyList<IndexPattern> ExcludedIndexes { get; init; } = [];

    /// <summary>True where nothing is made otherwise.</summary>
    public bool IsEmpty =>
        BillingMode is null && ReadCapacityUnits is null && WriteCapacityUnits is null && IndexThroughput.Count == 0 && TableClass is null && ExcludedIndexes.Count == 0;
}
