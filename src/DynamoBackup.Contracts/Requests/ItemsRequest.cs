namespace DynamoBackup;

/// <summary>Which items of a backup to read.</summary>
public sealed record ItemsRequest
{
    /// <summary>The store that holds the backup.</summary>
    public required string Source { get; init; }

    /// <summary>How to reach that store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>The backup's folder, relative to the store.</summary>
    public required string Path { get; init; }

    /// <summary>Only the items with these keys; null reads all.</summary>
    public IReadOnlyList<ItemKey>? Keys { get; init; }
}
