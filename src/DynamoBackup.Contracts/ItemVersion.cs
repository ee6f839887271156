namespace DynamoBackup;

/// <summary>A version of an item, as a store's backups tell.</summary>
public sealed record ItemVersion
{
    /// <summary>The name of the table that was backed up.</summary>
    public required string TableName { get; init; }

    /// <summary>The table's id, which is another one where the table was deleted and created again under its name; null where no backup tells it.</summary>
    public string? TableId { get; init; }

    /// <summary>The item's key as DynamoDB JSON: <c>{"Id":{"N":"103"}}</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The second in which the item became like this, in UTC. Where a full backup tells: the last one at which it can have been read so.</summary>
    public required DateTime TimeUtc { get; init; }

    /// <summary>How the version came to be.</summary>
    public required ItemVersionChange Change { get; init; }

    /// <summary>The change's sequence number in the table's stream; null where the version comes from a full backup or from an export by AWS.</summary>
    public string? SequenceNumber { get; init; }

    /// <summary>The backup that tells of the version; of several the oldest.</summary>
    public required string BackupId { get; init; }

    /// <summary>The kind of that backup.</summary>
    public required BackupType Type { get; init; }

    /// <summary>The store that holds it.</summary>
    public required string Location { get; init; }

    /// <summary>The item; null where there is none any more.</summary>
    public object? Item { get; init; }

    /// <summary>The version as one line.</summary>
    public override string ToString() => $"{TimeUtc:yyyy-MM-dd'T'HH:mm:ss'Z'} {Change} {Key}";
}
