using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Differences;

/// <summary>Puts what a comparison keeps of items into a spill. For one thread.</summary>
/// <param name="key">The table's key.</param>
/// <param name="countsOnly">Whether no one asks what differs.</param>
internal sealed class ItemEntryWriter(IReadOnlyList<KeyAttribute> key, bool countsOnly)
{
    private readonly KeyReader _key = new(key);
    private readonly AttributePrints _prints = new();
    private byte[] _record = new byte[1024];

    /// <summary>Adds an item.</summary>
    /// <exception cref="InvalidItemException">It lacks the key.</exception>
    public void Add(PartitionedSpill spill, CanonicalItem item, ReadOnlySpan<byte> json)
    {
        if (!_key.TryRead(item, json, out var hash))
            throw new InvalidItemException("The item lacks the table's key", 0);
        _record = countsOnly
            ? ItemEntry.Write(_record, hash, Hash256.Of(item.Encoding), [], [], out var length)
            : ItemEntry.Write(_record, hash, Hash256.Of(item.Encoding), _key.Json, _prints.Of(item, json), out length);
        spill.Add(spill.PartitionOf(hash), _record.AsSpan(0, length));
    }
}
