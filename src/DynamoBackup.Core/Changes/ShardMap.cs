namespace DynamoBackup.Changes;

/// <summary>The shards of a stream, their lineage, and how far each has been read.</summary>
internal sealed class ShardMap(string streamArn)
{
    /// <summary>A shard that has been read is forgotten when it is missing from so many listings in a row: one might be incomplete.</summary>
    private const int MostMissing = 2;

    private readonly object _lock = new();
    private readonly Dictionary<string, ShardState> _shards = new(StringComparer.Ordinal);

    /// <summary>How far the stream has been read.</summary>
    public StreamPosition Position
    {
        get
        {
            lock (_lock)
                return new StreamPosition(streamArn, [.. _shards.Values.Select(shard => shard.Position).OrderBy(position => position.ShardId, StringComparer.Ordinal)]);
        }
    }

    /// <summary>Shards that this capture has read to their ends.</summary>
    public int EndedHere => Count(shard => shard.EndedHere);

    /// <summary>Whether all shards have been read to their ends.</summary>
    public bool AllEnded => Count(shard => !shard.Position.Ended) == 0;

    /// <summary>Whether a shard has ended and none that followed it is known: it may only not be listed yet.</summary>
    public bool HasChildless => Count(shard => shard.Position.Ended && !shard.HasChild) > 0;

    /// <summary>Whether a shard that nothing followed shows less than all changes up to an instant.</summary>
    public bool IsShortOf(DateTimeOffset end) => Count(shard => shard.Position.Ended && !shard.HasChild && shard.CompleteTo < end) > 0;

    /// <summary>Shards to read now: those with something left whose parents have been read to their ends, or are not known any more.</summary>
    public IReadOnlyList<ShardState> Readable(DateTimeOffset? end)
    {
        lock (_lock)
            return [.. _shards.Values.Where(shard => !shard.IsRead(end) && (ParentOf(shard.Position.ParentId) is not { } parent || parent.Position.Ended))];
    }

    /// <summary>Adds a shard with its position.</summary>
    public ShardState Add(ShardPosition position)
    {
        lock (_lock)
            return _shards[position.ShardId] = new ShardState(position);
    }

    /// <summary>Learns from a listing. Shards that are new in it are read from their starts.</summary>
    /// <exception cref="StreamGapException">A shard between what is known and what is new is no longer there.</exception>
    public void Merge(StreamListing listing)
    {
        lock (_lock)
        {
            var listed = listing.Shards.Select(shard => shard.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var shard in listing.Shards.Where(shard => !_shards.ContainsKey(shard.Id)))
            {
                // Its parent is younger than what is known, or it would be known; and gone already.
                if (shard.ParentId is { } parent && !_shards.ContainsKey(parent) && !listed.Contains(parent))
                    throw new StreamGapException(streamArn, parent, $"the shard no longer exists and was never read; shard {shard.Id} followed it");
            }

            foreach (var shard in listing.Shards)
                Learn(shard);
            foreach (var state in _shards.Values.Where(state => ParentOf(state.Position.ParentId) is not null))
                (ParentOf(state.Position.ParentId)!.HasChild, ParentOf(state.Position.ParentId)!.IsClosed) = (true, true);
            foreach (var (id, state) in _shards.ToArray())
            {
                state.Missing = listed.Contains(id) ? 0 : state.Missing + 1;
                if (state.Missing >= MostMissing && state.Position.Ended)
                    _shards.Remove(id);
            }
        }
    }

    private void Learn(StreamShard shard)
    {
        if (!_shards.TryGetValue(shard.Id, out var state))
            _shards[shard.Id] = state = new ShardState(new ShardPosition(shard.Id, shard.ParentId, null, null, false));
        state.Start = shard.Start;
        state.IsClosed |= shard.IsClosed;
    }

    private ShardState? ParentOf(string? id) => id is null ? null : _shards.GetValueOrDefault(id);

    private int Count(Func<ShardState, bool> predicate)
    {
        lock (_lock)
            return _shards.Values.Count(predicate);
    }
}
