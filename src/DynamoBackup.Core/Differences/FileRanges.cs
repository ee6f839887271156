namespace DynamoBackup.Differences;

/// <summary>A backup's files in ranges of a bounded number of items, so that what is known of one range fits into memory. A larger file is a range of its own.</summary>
internal sealed class FileRanges
{
    /// <summary>Files that follow one another in a range lie this many parts of the list apart: neighbours hold items of the same partitions of the table.</summary>
    private const int Spread = 16;

    private readonly int[] _rangeOf;
    private readonly List<List<int>> _ranges = [];

    /// <summary>Divides files.</summary>
    /// <param name="itemCounts">The files' numbers of items, in the backup's order: segment by segment.</param>
    /// <param name="mostItems">The most items of a range.</param>
    public FileRanges(IReadOnlyList<long> itemCounts, int mostItems)
    {
        _rangeOf = new int[itemCounts.Count];
        var stride = (itemCounts.Count + Spread - 1) / Spread;
        var items = 0L;
        foreach (var file in Enumerable.Range(0, stride).SelectMany(first => Enumerable.Range(0, Spread).Select(step => first + step * stride)).Where(file => file < itemCounts.Count))
        {
            if (_ranges.Count == 0 || items + itemCounts[file] > mostItems)
            {
                _ranges.Add([]);
                items = 0;
            }

            items += itemCounts[file];
            _ranges[^1].Add(file);
            _rangeOf[file] = _ranges.Count - 1;
        }
    }

    /// <summary>Number of ranges.</summary>
    public int Count => _ranges.Count;

    /// <summary>The range that a file is in.</summary>
    public int RangeOf(int file) => _rangeOf[file];

    /// <summary>The files of a range.</summary>
    public IReadOnlyList<int> FilesOf(int range) => _ranges[range];
}
