namespace DynamoBackup;

/// <summary>Which items' versions to read.</summary>
public sealed record HistoryRequest
{
    /// <summary>All backups of one table, the copies of each in the order in which their stores are preferred.</summary>
    public required IReadOnlyList<BackupInfo> Backups { get; init; }

    /// <summary>How to reach the stores that hold them.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>The items' keys.</summary>
    public required IReadOnlyList<ItemKey> Keys { get; init; }

    /// <summary>Only the version that was in the table at this instant; null gives all. A fraction of a second is dropped.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The folder for temporary files, where more is found than memory should hold; null takes one of the user's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Makes <see cref="ItemVersion.Item"/> of an item in DynamoDB JSON.</summary>
    public required Func<ReadOnlyMemory<byte>, object> ItemReader { get; init; }
}
