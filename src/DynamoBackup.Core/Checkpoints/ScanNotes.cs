using System.Text.Json;
using DynamoBackup.Manifests;

namespace DynamoBackup.Checkpoints;

/// <summary>How far each segment of a scan is, and the files that have been closed. May be used by many threads.</summary>
internal sealed class ScanNotes
{
    private readonly object _lock = new();
    private readonly CheckpointSegment[] _segments;
    private readonly List<SealedFile>[] _files;
    private readonly List<CheckpointFile>[] _entries;

    /// <summary>Begins with what a checkpoint says.</summary>
    public ScanNotes(IReadOnlyList<CheckpointSegment> segments)
    {
        _segments = [.. segments];
        _files = [.. segments.Select(segment => segment.Files!.Select(CheckpointJson.Restore).ToList())];
        _entries = [.. segments.Select(segment => segment.Files!.ToList())];
    }

    /// <summary>All closed files, segment by segment.</summary>
    public IReadOnlyList<SealedFile> Files
    {
        get
        {
            lock (_lock)
                return [.. _files.SelectMany(files => files)];
        }
    }

    /// <summary>What a checkpoint says of the segments now.</summary>
    public IReadOnlyList<CheckpointSegment> Segments
    {
        get
        {
            lock (_lock)
                return [.. _segments.Select((segment, index) => segment with { Files = [.. _entries[index]] })];
        }
    }

    /// <summary>Takes note of how far a segment is.</summary>
    /// <param name="segment">Its number.</param>
    /// <param name="closed">The files that have been closed since the last time.</param>
    /// <param name="after">The last key in them; null at the segment's end.</param>
    /// <param name="itemsRead">Items read from the segment's beginning on.</param>
    public void Add(int segment, IReadOnlyList<SealedFile> closed, JsonElement? after, long itemsRead)
    {
        lock (_lock)
        {
            _files[segment].AddRange(closed);
            _entries[segment].AddRange(closed.Select(CheckpointJson.Describe));
            _segments[segment] = new CheckpointSegment { After = after, Ended = after is null, ItemsRead = itemsRead };
        }
    }
}
