namespace DynamoBackup.Differences;

/// <summary>One partition of the backup's entries in memory, found by their keys. Its memory is used again for the next partition.</summary>
internal sealed class PartitionIndex
{
    private byte[] _records = [];
    private bool[] _seen = [];
    private int[] _slots = [];
    private int _mask;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>An entry.</summary>
    public BackupEntry this[int index] => new(_records.AsSpan(index * BackupEntry.Size, BackupEntry.Size));

    /// <summary>Whether the table has this entry's key, too.</summary>
    public bool IsSeen(int index) => _seen[index];

    /// <summary>Notes that it has.</summary>
    public void See(int index) => _seen[index] = true;

    /// <summary>Takes a partition in place of the one before.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.BackupDamaged"/>: two items have the same key.</exception>
    public void Load(PartitionedSpill spill, int partition)
    {
        var bytes = checked((int)spill.BytesOf(partition));
        Count = bytes / BackupEntry.Size;
        if (_records.Length < bytes)
            (_records, _seen) = (new byte[bytes], new bool[Count]);
        _seen.AsSpan().Clear();
        var used = 0;
        foreach (var block in spill.Read(partition))
        {
            block.Span.CopyTo(_records.AsSpan(used));
            used += block.Length;
        }

        BuildSlots();
    }

    /// <summary>The entry with a key; -1 where there is none.</summary>
    public int Find(Hash256 key)
    {
        var slot = SlotOf(key);
        while (_slots[slot] != 0)
        {
            if (this[_slots[slot] - 1].Key == key)
                return _slots[slot] - 1;
            slot = (slot + 1) & _mask;
        }

        return -1;
    }

    private void BuildSlots()
    {
        var size = 16;
        while (size < Count * 2L)
            size = checked(size * 2);
        if (_slots.Length < size)
            _slots = new int[size];
        _mask = _slots.Length - 1;
        _slots.AsSpan().Clear();
        for (var index = 0; index < Count; index++)
        {
            var key = this[index].Key;
            if (Find(key) >= 0)
                throw new DynamoBackupException(BackupErrorCode.BackupDamaged, "Two items of the backup have the same key, so no table can hold both; nothing was written. Test-DynamoBackup -Level Content tells which; use another backup.");
            var slot = SlotOf(key);
            while (_slots[slot] != 0)
                slot = (slot + 1) & _mask;
            _slots[slot] = index + 1;
        }
    }

    /// <summary>By another part of the hash than the one that chose the partition.</summary>
    private int SlotOf(Hash256 key) => (int)key.Part1 & _mask;
}
