namespace DynamoBackup.Differences;

/// <summary>One partition of the reference's entries in memory, found by their keys.</summary>
internal sealed class ItemIndex
{
    private readonly byte[] _entries;
    private readonly Dictionary<Hash256, int> _places = [];

    /// <summary>Reads a partition.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.BackupDamaged"/>: two items have the same key.</exception>
    public ItemIndex(PartitionedSpill spill, int partition)
    {
        _entries = new byte[spill.BytesOf(partition)];
        var used = 0;
        foreach (var block in spill.Read(partition))
        {
            block.Span.CopyTo(_entries.AsSpan(used));
            used += block.Length;
        }

        for (var place = 0; place < used;)
        {
            var entry = new ItemEntry(_entries.AsSpan(place));
            if (!_places.TryAdd(entry.Key, place))
                throw new DynamoBackupException(BackupErrorCode.BackupDamaged, "Two items of the backup have the same key, so it cannot be compared. Test-DynamoBackup -Level Content tells which; use another backup.");
            place += entry.Length;
        }
    }

    /// <summary>Takes an entry out; false where there is none with this key.</summary>
    public bool TryTake(Hash256 key, out ItemEntry entry)
    {
        var found = _places.Remove(key, out var place);
        entry = found ? new ItemEntry(_entries.AsSpan(place)) : default;
        return found;
    }

    /// <summary>The places of the entries that have not been taken.</summary>
    public IEnumerable<int> Left => _places.Values.Order();

    /// <summary>The entry at a place.</summary>
    public ItemEntry At(int place) => new(_entries.AsSpan(place));
}
