namespace DynamoBackup.Differences;

/// <summary>Keeps what a comparison finds for the writing: what to put by ranges of files, what to delete by its key.</summary>
internal sealed class DifferenceSpill : IDifferences, IDisposable
{
    private readonly FileRanges _ranges;
    private readonly bool _keepsDifferent;
    private readonly PartitionedSpill? _extra;

    /// <summary>An empty one.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="ranges">The backup's files.</param>
    /// <param name="keepsDifferent">Whether items that differ, and extra ones, are kept beside those that are missing.</param>
    public DifferenceSpill(WorkingFolder folder, FileRanges ranges, bool keepsDifferent)
    {
        _ranges = ranges;
        _keepsDifferent = keepsDifferent;
        var partitions = Math.Max(1, ranges.Count);
        Changes = new PartitionedSpill(folder, "changes", partitions, ComparisonLimits.BufferBytesOf(partitions));
        _extra = keepsDifferent ? new PartitionedSpill(folder, "extra", 1, ComparisonLimits.BufferBytesOf(1)) : null;
    }

    /// <summary>What is to be put, as <see cref="Change"/>, by ranges of files.</summary>
    public PartitionedSpill Changes { get; }

    /// <summary>The items to delete, in blocks of whole entries.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ToDelete => _extra?.Read(0) ?? [];

    /// <inheritdoc/>
    public void Missing(BackupEntry entry) => Add(new Change(entry.File, entry.Ordinal, entry.Units, IsMissing: true, entry.Item, default));

    /// <inheritdoc/>
    public void Different(BackupEntry entry, TableEntry other)
    {
        if (_keepsDifferent)
            Add(new Change(entry.File, entry.Ordinal, Math.Max(entry.Units, other.Units), IsMissing: false, entry.Item, other.Item));
    }

    /// <inheritdoc/>
    public void Extra(TableEntry other) => _extra?.Add(0, other.Bytes);

    /// <summary>Ends the keeping, so that it can be read.</summary>
    public void Complete()
    {
        Changes.Complete();
        _extra?.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Changes.Dispose();
        _extra?.Dispose();
    }

    private void Add(in Change change) => Changes.Add(_ranges.RangeOf(change.File), Change.BytesOf(change));
}
