namespace DynamoBackup.Changes;

/// <summary>Counts what a run of a capture reads.</summary>
internal sealed class CaptureTally
{
    private readonly object _lock = new();
    private readonly Dictionary<string, TimeSpan> _lags = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shards = new(StringComparer.Ordinal);
    private long _records;
    private DateTimeOffset? _newest;

    /// <summary>A page was taken.</summary>
    /// <param name="shardId">Its shard.</param>
    /// <param name="records">How many records.</param>
    /// <param name="newest">The newest date of one; null where there was none.</param>
    /// <param name="seen">The service's time when it came.</param>
    public void Add(string shardId, int records, DateTimeOffset? newest, DateTimeOffset seen)
    {
        lock (_lock)
        {
            _shards.Add(shardId);
            if (records == 0 || newest is not { } date)
                return;
            _records += records;
            _newest = _newest > date ? _newest : date;
            _lags[shardId] = seen > date ? seen - date : TimeSpan.Zero;
        }
    }

    /// <summary>The run's result.</summary>
    public CaptureResult Result(StreamPosition position)
    {
        lock (_lock)
            return new CaptureResult(_records, position, _newest, _lags.Count == 0 ? TimeSpan.Zero : _lags.Values.Max(), _shards.Count);
    }
}
