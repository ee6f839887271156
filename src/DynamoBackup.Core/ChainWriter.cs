using DynamoBackup.Changes;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Adds increment after increment to the chains of stores that all end at the same backup. A store that fails is left out from then on.</summary>
/// <param name="request">How to store changes.</param>
/// <param name="watch">The table as it is now.</param>
/// <param name="table">The table as it was when this began.</param>
/// <param name="stream">Its stream.</param>
/// <param name="capture">Reads the stream, from where the chains end.</param>
/// <param name="stores">The stores.</param>
/// <param name="end">Where their chains end.</param>
/// <param name="output">Where the run tells what it does.</param>
internal sealed class ChainWriter(
    BackupRequest request, TableWatch watch, TableDefinition table, TableStream stream, StreamCapture capture, IReadOnlyList<IBackupStore> stores, ChainEnd end, IRunOutput output)
{
    private readonly List<(IBackupStore Store, DynamoBackupException Failure)> _dropped = [];

    /// <summary>The stores that are still with it.</summary>
    public IReadOnlyList<IBackupStore> Stores { get; private set; } = stores;

    /// <summary>Where their chains end now.</summary>
    public ChainEnd End { get; private set; } = end;

    /// <summary>Whether nothing more can come: the stream was turned off, or its table deleted.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The stores that have failed since the last time this was asked.</summary>
    public IReadOnlyList<(IBackupStore Store, DynamoBackupException Failure)> TakeDropped()
    {
        lock (_dropped)
        {
            var dropped = _dropped.ToList();
            _dropped.Clear();
            return dropped;
        }
    }

    /// <summary>Stores what comes in a time, and completes an incremental backup of it; of what is in the stream already, where no time is given.</summary>
    /// <returns>The backup, once for each store; none where the stream was over before any change came.</returns>
    /// <exception cref="StreamGapException">Changes are lost.</exception>
    /// <exception cref="DynamoBackupException">The stream cannot be read, or no store is left.</exception>
    public async Task<IReadOnlyList<BackupInfo>> NextAsync(TimeSpan? time, CancellationToken cancellationToken)
    {
        // The group is not disposed: the stores are others'.
        var group = new StoreGroup(Stores, Drop);
        await using var increment = new Increment(group, table.Name, request, output);
        var from = capture.Position;
        var meter = new ProgressMeter(output, table.Name, "Capturing changes", null, null);
        var endsAt = time is null ? LaterOf(capture.ServerNow, End.ToUtc) : (DateTimeOffset?)null;
        var ending = new object();
        // Without an end of its own the capture would still have that of the increment before.
        capture.EndAt(endsAt);

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = time is { } pause ? EndLaterAsync(pause, timer.Token) : Task.CompletedTask;
        CaptureResult result;
        try
        {
            result = await capture.RunAsync(TakeAsync, cancellationToken);
        }
        finally
        {
            await timer.CancelAsync();
            await due;
        }

        table = await watch.RefreshAsync(table, cancellationToken);
        var to = endsAt ?? capture.ServerNow;
        if (result.IsOver)
        {
            IsOver = true;
            if (increment.Newest is not { } newest)
                return [];
            to = await LastSureAsync(newest, cancellationToken);
        }

        var margin = capture.ServerNow - to;
        var draft = increment.Draft(table, End.Id, new DateTimeOffset(End.ToUtc, TimeSpan.Zero), to, SidecarStreams.Describe(stream, table, from, result, margin));
        var complete = await increment.SealAsync(draft, table.Name, table.Id, cancellationToken);
        Stores = [.. Stores.Where(group.IsLive)];
        End = new ChainEnd(increment.Id, to.UtcDateTime, result.Position, null);
        var lag = increment.Oldest is { } oldest ? capture.ServerNow - oldest : TimeSpan.Zero;
        output.Verbose($"{increment.Taken:N0} changes of '{table.Name}' are stored as {increment.Id}, on top of {draft.ParentId}: the table can be restored as it was at any second up to {draft.ToUtc}.");
        return [.. complete.Select(backup => backup with { Lag = lag })];

        async ValueTask TakeAsync(ChangePage page, CancellationToken cancellation)
        {
            await increment.TakeAsync(page, cancellation);
            meter.Lag = increment.Newest is { } newest ? capture.ServerNow - newest : null;
            meter.Add(page.Records.Count, page.Bytes.Length);
            if (time is not null && request.SealBytes is { } bytes && increment.StoredBytes >= bytes)
                EndNow();
        }

        async Task EndLaterAsync(TimeSpan pause, CancellationToken cancellation)
        {
            try
            {
                await Task.Delay(pause, cancellation);
                EndNow();
            }
            catch (OperationCanceledException exception) when (cancellation.IsCancellationRequested)
            {
                output.Debug($"The clock of increment {increment.Id} was stopped: {exception.Message}");
            }
        }

        void EndNow()
        {
            lock (ending)
            {
                if (endsAt is not null)
                    return;
                endsAt = LaterOf(capture.ServerNow, End.ToUtc);
                capture.EndAt(endsAt.Value);
            }
        }
    }

    /// <summary>
    /// The last second of which a stream that is over is sure to hold everything: that of the newest change, where there is no table any more that could have changed in it; else the one before, for the
    /// table may have been changed in the rest of the second in which its stream was turned off.
    /// </summary>
    private async Task<DateTimeOffset> LastSureAsync(DateTimeOffset newest, CancellationToken cancellationToken) =>
        LaterOf(await watch.IsGoneAsync(table, cancellationToken) ? newest : newest.AddSeconds(-1), End.ToUtc);

    private static DateTimeOffset LaterOf(DateTimeOffset now, DateTime end)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var last = new DateTimeOffset(end, TimeSpan.Zero);
        return second > last ? second : last;
    }

    private void Drop(IBackupStore store, DynamoBackupException failure)
    {
        lock (_dropped)
            _dropped.Add((store, failure));
        output.Error(new DynamoBackupException(
            failure.Code, $"Destination '{store.Location}' gets no incremental backup of '{table.Name}' now, the others go on: {failure.Message} The next run goes on from where its own chain ends.", store.Location, failure));
    }
}
