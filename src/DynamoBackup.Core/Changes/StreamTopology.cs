using System.Diagnostics;

namespace DynamoBackup.Changes;

/// <summary>Keeps the map of shards up to date: lists them when one has ended, soon again while what follows it is not listed, and now and then.</summary>
internal sealed class StreamTopology(StreamConnection connection, StreamLister lister, ShardMap map, CaptureOptions options)
{
    private StreamListing? _listing;
    private DateTimeOffset _asked;
    private long _listed;
    private int _ended;
    private int _vain;

    /// <summary>Whether the table's changes no longer come into the stream, and all that did have been read.</summary>
    public bool IsOver => _listing is { IsDisabled: true } && map.AllEnded && map.EndedHere == _ended;

    /// <summary>The first listing, before the map holds anything that it brings.</summary>
    public async Task<StreamListing> BeginAsync(CancellationToken cancellationToken)
    {
        _asked = connection.Clock.Now;
        _listing = await lister.ListAsync(isProbe: true, cancellationToken);
        _listed = Stopwatch.GetTimestamp();
        return _listing;
    }

    /// <summary>How long until the shards are to be listed again.</summary>
    /// <param name="end">The capture's end; null where it has none yet.</param>
    /// <param name="isIdle">Whether nothing else is left to do.</param>
    public TimeSpan UntilNext(DateTimeOffset? end, bool isIdle)
    {
        if (map.EndedHere != _ended)
            return TimeSpan.Zero;
        var next = (map.HasChildless ? Retry() : options.Refresh) - Stopwatch.GetElapsedTime(_listed);
        var last = isIdle && end is { } instant && !IsSettled(instant) ? instant + options.Settle - connection.Clock.Now : TimeSpan.MaxValue;
        return TimeSpan.FromTicks(Math.Max(0, Math.Min(next.Ticks, last.Ticks)));
    }

    /// <summary>
    /// Whether no shard can be missing that holds changes of up to an instant. An open shard that has shown nothing since then has no children; where one
    /// has ended, what followed it is in a listing that was asked for long enough after.
    /// </summary>
    public bool IsSettled(DateTimeOffset end) => (map.EndedHere == 0 && !map.HasChildless) || _asked >= end + options.Settle;

    /// <summary>Lists the shards.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var ended = map.EndedHere;
        _asked = connection.Clock.Now;
        var listing = await lister.ListAsync(isProbe: false, cancellationToken);
        map.Merge(listing);
        _listing = listing;
        _listed = Stopwatch.GetTimestamp();
        _vain = map.HasChildless && ended == _ended ? _vain + 1 : 0;
        _ended = ended;
    }

    private TimeSpan Retry() => TimeSpan.FromTicks(Math.Min(options.Refresh.Ticks, options.LongestInterval.Ticks << Math.Min(_vain, 10)));
}
