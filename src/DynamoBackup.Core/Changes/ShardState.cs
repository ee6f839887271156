namespace DynamoBackup.Changes;

/// <summary>What is known of a shard while its stream is captured. Read by one reader at a time; others look on.</summary>
internal sealed class ShardState(ShardPosition position)
{
    private volatile ShardPosition _position = position;
    private volatile bool _isClosed;
    private long _completeTicks = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>How far it has been read.</summary>
    public ShardPosition Position
    {
        get => _position;
        set => _position = value;
    }

    /// <summary>The sequence number that it starts with; null where it is not known.</summary>
    public string? Start { get; set; }

    /// <summary>Whether nothing more is written to it, as the service tells or because it has children. Such a shard is read to its end.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    /// <summary>Whether a shard that followed it is known.</summary>
    public bool HasChild { get; set; }

    /// <summary>Whether this capture has read it to its end.</summary>
    public bool EndedHere { get; set; }

    /// <summary>How many listings in a row it has been missing from.</summary>
    public int Missing { get; set; }

    /// <summary>Where the next page begins; null where an iterator must be got from the position.</summary>
    public string? Iterator { get; set; }

    /// <summary>When it was last asked for records, as a stopwatch's time; 0 before.</summary>
    public long Asked { get; set; }

    /// <summary>Empty pages since the last one with records.</summary>
    public int Empty { get; set; }

    /// <summary>Every change of up to this instant has been seen.</summary>
    public DateTimeOffset CompleteTo
    {
        get => new(Interlocked.Read(ref _completeTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _completeTicks, Math.Max(value.UtcTicks, CompleteTo.UtcTicks));
    }

    /// <summary>Whether there is nothing left to read of it, for a capture that ends then.</summary>
    public bool IsRead(DateTimeOffset? end) => Position.Ended || (end is { } last && !IsClosed && CompleteTo >= last);
}
