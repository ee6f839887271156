using System.Runtime.InteropServices;

namespace DynamoBackup.Differences;

/// <summary>What is to be done with the items of one range of files, by file and in the order in which the items lie in it.</summary>
internal sealed class ChangeSet
{
    private readonly Change[] _changes;
    private readonly Dictionary<int, ArraySegment<Change>> _byFile = [];

    private ChangeSet(Change[] changes)
    {
        _changes = changes;
        Array.Sort(_changes, static (one, other) => one.File != other.File ? one.File.CompareTo(other.File) : one.Ordinal.CompareTo(other.Ordinal));
        for (var start = 0; start < _changes.Length;)
        {
            var end = start;
            while (end < _changes.Length && _changes[end].File == _changes[start].File)
                end++;
            _byFile.Add(_changes[start].File, new ArraySegment<Change>(_changes, start, end - start));
            start = end;
        }
    }

    /// <summary>The files that hold such items.</summary>
    public IReadOnlyCollection<int> Files => _byFile.Keys;

    /// <summary>A file's changes; none where it has none.</summary>
    public IReadOnlyList<Change> this[int file] => _byFile.TryGetValue(file, out var changes) ? changes : ArraySegment<Change>.Empty;

    /// <summary>Reads a range's changes.</summary>
    public static ChangeSet Load(PartitionedSpill spill, int range)
    {
        var changes = new Change[checked((int)(spill.BytesOf(range) / Change.Size))];
        var rest = MemoryMarshal.AsBytes(changes.AsSpan());
        foreach (var block in spill.Read(range))
        {
            block.Span.CopyTo(rest);
            rest = rest[block.Length..];
        }

        return new ChangeSet(changes);
    }
}
