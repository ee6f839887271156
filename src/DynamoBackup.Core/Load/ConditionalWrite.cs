namespace DynamoBackup.Load;

/// <summary>One write that is done only while the table's item is as the comparison saw it.</summary>
internal sealed class ConditionalWrite
{
    /// <summary>The item to put, in JSON; null to delete.</summary>
    public byte[]? Item { get; init; }

    /// <summary>The item's key as an item in JSON.</summary>
    public required byte[] Key { get; init; }

    /// <summary>SHA-256 of the canonical encoding of the item that was seen in the table; null where it was missing.</summary>
    public byte[]? Seen { get; init; }

    /// <summary>What it costs by itself.</summary>
    public required int Units { get; init; }

    /// <summary>The item's place in the backup, or its key, for errors.</summary>
    public required string Origin { get; init; }

    /// <summary>Whatever whoever asks for the write wants to know again.</summary>
    public (int File, uint Ordinal) Place { get; init; }

    /// <summary>Bytes that it keeps in memory.</summary>
    public int Length => (Item?.Length ?? 0) + Key.Length;
}

/// <summary>What became of a conditional write.</summary>
internal enum ConditionalOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The table holds the very item by now.</summary>
    AlreadySo,

    /// <summary>What was to be deleted is gone by now.</summary>
    AlreadyGone,

    /// <summary>The table's item is another one than was seen, or there is one where there was none: it was left alone.</summary>
    Changed,

    /// <summary>The item has more attributes than a condition can name, so it was left alone.</summary>
    TooManyAttributes,
}
