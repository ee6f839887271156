using System.Diagnostics;

namespace DynamoBackup.Changes;

/// <summary>Reads shards, each page by page, hands the records to the sink, and moves the shard's position when the sink has taken them.</summary>
internal sealed class ShardReader(
    StreamConnection connection, ShardIterators iterators, RecordsCallPool calls, CaptureOptions options, CaptureTally tally, Func<DateTimeOffset?> end,
    Func<ChangePage, CancellationToken, ValueTask> sink)
{
    /// <summary>An iterator that was got just now does not expire again and again.</summary>
    private const int MostRenewals = 20;

    /// <summary>Reads a shard until nothing is left of it, or the capture's end is reached in it.</summary>
    /// <exception cref="StreamGapException">Records that should come next are gone.</exception>
    public async Task<bool> ReadAsync(ShardState shard, CancellationToken cancellationToken)
    {
        var wait = options.Interval;
        var renewals = 0;
        while (!shard.IsRead(end()))
        {
            await PaceAsync(shard, wait, cancellationToken);
            var call = await calls.TakeAsync(cancellationToken);
            try
            {
                shard.Asked = Stopwatch.GetTimestamp();
                var count = await TryReadPageAsync(shard, call, renewals, cancellationToken);
                renewals = count is null ? renewals + 1 : 0;
                wait = count == 0 && !shard.IsClosed ? Longer(wait) : options.Interval;
            }
            finally
            {
                calls.Return(call);
            }
        }

        return shard.Position.Ended;
    }

    private static async Task PaceAsync(ShardState shard, TimeSpan wait, CancellationToken cancellationToken)
    {
        var rest = shard.Asked == 0 ? TimeSpan.Zero : wait - Stopwatch.GetElapsedTime(shard.Asked);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, cancellationToken);
    }

    private TimeSpan Longer(TimeSpan wait) => wait * 2 < options.LongestInterval ? wait * 2 : options.LongestInterval;

    /// <summary>Reads a page.</summary>
    /// <returns>How many records it held; null where the iterator was no longer good and another is needed.</returns>
    private async Task<int?> TryReadPageAsync(ShardState shard, RecordsCall call, int renewals, CancellationToken cancellationToken)
    {
        shard.Iterator ??= await iterators.AtAsync(shard, cancellationToken);
        var asked = connection.Clock.Now;
        string? next;
        try
        {
            next = await call.ReadAsync(shard.Iterator, cancellationToken);
        }
        catch (DynamoBackupException exception) when (renewals < MostRenewals && MayRenew(shard, exception))
        {
            shard.Iterator = null;
            return null;
        }
        catch (DynamoBackupException exception) when (iterators.GapOf(shard.Position.ShardId, exception) is { } gap)
        {
            throw gap;
        }

        return await TakeAsync(shard, call, next, asked, cancellationToken);
    }

    /// <summary>Beside an iterator that has expired: the oldest record may be trimmed between iterator and page, which does not matter where older ones are passed over anyway.</summary>
    private static bool MayRenew(ShardState shard, DynamoBackupException exception) => StreamErrors.CodeOf(exception) switch
    {
        StreamErrors.ExpiredIterator => true,
        StreamErrors.Trimmed => shard.Position is { After: null, NotBefore: not null },
        _ => false,
    };

    private async Task<int> TakeAsync(ShardState shard, RecordsCall call, string? next, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        var seen = connection.Clock.Now;
        var found = call.Records.Count;
        var page = RecordPage.Read(call.Bytes.Span, call.Records, shard.Position);
        var taken = call.Records.Count;
        if (taken > 0)
            await sink(new ChangePage(shard.Position.ShardId, call.Bytes, call.Records), cancellationToken);

        // Nothing below waits: what the sink took is in the position, whatever happens next.
        tally.Add(shard.Position.ShardId, taken, page.Newest, seen);
        shard.Iterator = next;
        shard.Empty = found == 0 ? shard.Empty + 1 : 0;
        if (page.Newest is { } newest)
            shard.CompleteTo = newest - TimeSpan.FromTicks(1);
        else if (next is not null && shard.Empty >= options.EmptyPages)
            shard.CompleteTo = asked - options.Settle;
        shard.EndedHere |= next is null;
        shard.Position = page.Position with { Ended = next is null };
        return found;
    }
}
