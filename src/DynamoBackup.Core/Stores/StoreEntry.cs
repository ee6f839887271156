namespace DynamoBackup.Stores;

/// <summary>An object in a store.</summary>
/// <param name="Key">Its name, relative to the store's root.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record StoreEntry(string Key, long Length)
{
    /// <summary>When it was written last, by the store's own clock; null where the store does not tell. Two entries are equal without it.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <inheritdoc/>
    public bool Equals(StoreEntry? other) => other is not null && Key == other.Key && Length == other.Length;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Length);
}
