using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Differences;

/// <summary>Puts what is kept of items into spills. For one thread.</summary>
internal sealed class EntryWriter(IReadOnlyList<KeyAttribute> key)
{
    private readonly KeyReader _key = new(key);
    private byte[] _record = new byte[1024];

    /// <summary>Adds an item of the backup, which must have the key.</summary>
    public void AddBackup(PartitionedSpill spill, CanonicalItem item, ReadOnlySpan<byte> json, int file, uint ordinal)
    {
        var hash = KeyOf(item, json);
        var record = _record.AsSpan(0, BackupEntry.Size);
        BackupEntry.Write(record, hash, Hash256.Of(item.Encoding), file, ordinal, item.WriteUnits);
        spill.Add(spill.PartitionOf(hash), record);
    }

    /// <summary>Adds an item of the table.</summary>
    public void AddTable(PartitionedSpill spill, CanonicalItem item, ReadOnlySpan<byte> json)
    {
        var hash = KeyOf(item, json);
        var size = TableEntry.SizeOf(_key.Json.Length);
        if (_record.Length < size)
            _record = new byte[size];
        var record = _record.AsSpan(0, size);
        TableEntry.Write(record, hash, Hash256.Of(item.Encoding), item.WriteUnits, _key.Json);
        spill.Add(spill.PartitionOf(hash), record);
    }

    private Hash256 KeyOf(CanonicalItem item, ReadOnlySpan<byte> json) =>
        _key.TryRead(item, json, out var hash) ? hash : throw new InvalidItemException("The item lacks the table's key", 0);
}
