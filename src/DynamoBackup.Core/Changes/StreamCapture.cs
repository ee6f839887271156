namespace DynamoBackup.Changes;

/// <summary>
/// Captures a stream's records, in parallel by shard, each shard after its parent, so that the changes of one key come in their order. It begins now or where
/// another one was, and ends at an instant that may be told at any time.
/// </summary>
internal sealed class StreamCapture
{
    private readonly StreamConnection _connection;
    private readonly string _streamArn;
    private readonly CaptureOptions _options;
    private readonly IRunOutput _output;
    private readonly ShardMap _map;
    private readonly StreamTopology _topology;
    private readonly ShardIterators _iterators;
    private readonly WakeSignal _wake = new();
    private readonly RecordsCallPool _calls;
    private long _endTicks = -1;

    private StreamCapture(StreamConnection connection, string streamArn, CaptureOptions options, IRunOutput output)
    {
        (_connection, _streamArn, _options, _output) = (connection, streamArn, options, output);
        _map = new ShardMap(streamArn);
        _topology = new StreamTopology(connection, new StreamLister(connection, streamArn, output), _map, options);
        _iterators = new ShardIterators(connection, streamArn, options, output);
        _calls = new RecordsCallPool(options.Parallelism, () => new RecordsCall(connection, streamArn, options.PageSize, output));
    }

    /// <summary>
    /// The service's time when all shards were ready, rounded down. Every change that the service accepts after <see cref="BeginAsync"/> has returned is captured.
    /// </summary>
    public DateTimeOffset Started { get; private set; }

    /// <summary>The service's time now; see <see cref="ServerClock"/>.</summary>
    public DateTimeOffset ServerNow => _connection.Clock.Now;

    /// <summary>How far the stream has been read: what the sink has taken, and no more.</summary>
    public StreamPosition Position => _map.Position;

    private DateTimeOffset? End => Interlocked.Read(ref _endTicks) is >= 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Begins a capture.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="streamArn">The stream.</param>
    /// <param name="from">
    /// Where to go on. Null begins now: open shards at their newest record. While such a shard has shown none, its position is its start with a date before the
    /// capture's, for there is no sequence number yet.
    /// </param>
    /// <param name="options">How to read.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the beginning.</param>
    /// <exception cref="StreamGapException">The stream cannot be gone on with from there, or is not enabled.</exception>
    public static async Task<StreamCapture> BeginAsync(
        StreamConnection connection, string streamArn, StreamPosition? from, CaptureOptions options, IRunOutput output, CancellationToken cancellationToken)
    {
        if (from is not null && from.StreamArn != streamArn)
            throw new StreamGapException(streamArn, null, $"what was read before is of another stream, {from.StreamArn}; the stream has been enabled anew since");
        var capture = new StreamCapture(connection, streamArn, options, output);
        var listing = await capture._topology.BeginAsync(cancellationToken);
        if (from is null)
            await capture.BeginNowAsync(listing, cancellationToken);
        else
            capture.GoOn(listing, from);
        capture.Started = connection.Clock.Now;
        return capture;
    }

    /// <summary>
    /// Ends the capture at an instant of the service's time: <see cref="RunAsync"/> returns when every open shard has shown a record dated after it, or empty pages in a
    /// row of which the last was asked for long enough after it, and closed shards have been read to their ends. Records dated after it are among those that the sink gets.
    /// </summary>
    /// <param name="end">The instant. Null takes an earlier end back: the capture goes on until it is given another.</param>
    public void EndAt(DateTimeOffset? end)
    {
        Interlocked.Exchange(ref _endTicks, end?.UtcTicks ?? -1);
        _wake.Set();
    }

    /// <summary>
    /// Captures until the end. May be called again after it has returned or failed: it goes on where the sink was; for more than nothing, with a new
    /// <see cref="EndAt"/>.
    /// </summary>
    /// <param name="sink">Takes records: one page at a time of each shard, of several shards at once. A page that it throws at is not taken.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="StreamGapException">Records are gone before they could be read.</exception>
    public async Task<CaptureResult> RunAsync(Func<ChangePage, CancellationToken, ValueTask> sink, CancellationToken cancellationToken)
    {
        var tally = new CaptureTally();
        var reader = new ShardReader(_connection, _iterators, _calls, _options, tally, () => End, sink);
        var isOver = await new CaptureCoordinator(_map, _topology, reader, () => End, _wake).RunAsync(cancellationToken);
        return tally.Result(Position) with { IsOver = isOver };
    }

    private async Task BeginNowAsync(StreamListing listing, CancellationToken cancellationToken)
    {
        if (listing.IsDisabled)
            throw new StreamGapException(_streamArn, null, "the stream is not enabled");
        var notBefore = DateTimeOffset.FromUnixTimeSeconds(_connection.Clock.Now.ToUnixTimeSeconds() - 1);
        var open = new List<ShardState>();
        foreach (var shard in listing.Shards)
        {
            var state = _map.Add(new ShardPosition(shard.Id, shard.ParentId, null, shard.IsClosed ? null : notBefore, shard.IsClosed));
            if (!shard.IsClosed)
                open.Add(state);
        }

        _map.Merge(listing);
        await Parallel.ForEachAsync(
            open, new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = cancellationToken },
            async (state, cancel) => state.Iterator = await _iterators.LatestAsync(state.Position.ShardId, cancel));
        _output.Verbose(FormattableString.Invariant($"Capturing the stream {_streamArn} from now on: {open.Count} open shards."));
    }

    private void GoOn(StreamListing listing, StreamPosition from)
    {
        var listed = listing.Shards.Select(shard => shard.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var position in from.Shards)
        {
            if (!position.Ended && !listed.Contains(position.ShardId))
                throw new StreamGapException(_streamArn, position.ShardId, "the shard no longer exists and had not been read to its end");
            _map.Add(position);
        }

        _map.Merge(listing);
        _output.Verbose(FormattableString.Invariant($"Going on in the stream {_streamArn}: {listing.Shards.Count} shards are listed, {from.Shards.Count} are known."));
    }
}
