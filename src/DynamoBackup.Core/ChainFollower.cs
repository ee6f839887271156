using DynamoBackup.Chains;
using DynamoBackup.Changes;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// Goes on with the chains of stores that end at the same backup: adds increments, once or for as long as the run lasts; takes a full backup where there is nothing to build on or the stream has lost changes; and lets a
/// store that failed catch up by itself.
/// </summary>
/// <param name="request">What to back up, and how.</param>
/// <param name="watch">The table.</param>
/// <param name="streams">The connection to streams.</param>
/// <param name="deliver">Gets each backup when it is complete.</param>
/// <param name="remaining">How much of the run's time is left.</param>
/// <param name="output">Where the run tells what it does.</param>
internal sealed class ChainFollower(BackupRequest request, TableWatch watch, StreamConnection streams, BackupReceiver deliver, Func<TimeSpan> remaining, IRunOutput output)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(15);

    private readonly string _table = request.TableName;
    private readonly CaptureOptions _options = new() { Settle = request.StreamSettle };

    /// <summary>The service's time; this machine's where there is no stream to ask for it, which only decides whether reading a former one is tried.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        try
        {
            return watch.Stream is { } stream ? await streams.GetTimeAsync(stream.Arn, output, cancellationToken) : DateTimeOffset.UtcNow;
        }
        catch (StreamGapException gap)
        {
            output.Verbose($"The service's time cannot be asked of the stream of '{_table}': {gap.Reason}.");
            return DateTimeOffset.UtcNow;
        }
    }

    /// <summary>Finds where the chain in a store ends.</summary>
    public Task<ChainEnd?> FindEndAsync(IBackupStore store, DateTimeOffset now, CancellationToken cancellationToken) =>
        new ChainEndSearch(_table, watch.Table, watch.Stream, output).FindAsync(store, now, cancellationToken);

    /// <summary>Goes on with the chains of some stores.</summary>
    /// <param name="stores">The stores.</param>
    /// <param name="end">Where all of their chains end; null where there is none to build on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DynamoBackupException">It cannot go on.</exception>
    public async Task FollowAsync(IReadOnlyList<IBackupStore> stores, ChainEnd? end, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = new List<Task>();
        try
        {
            await FollowAsync(stores, end, left, ending.Token);
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
        finally
        {
            // Each has told of its failure; that the run was ended is told below.
            await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task FollowAsync(IReadOnlyList<IBackupStore> stores, ChainEnd? end, List<Task> left, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (end is { Rest: { } rest })
                    end = await FinishAsync(stores, end, rest, cancellationToken);
                if (end is not { Position: not null })
                {
                    RequireTable(stores[0], end);
                    await TakeFullAsync(stores, end, cancellationToken);
                    if (!request.Continuous || remaining() <= TimeSpan.Zero)
                        return;
                    end = await FindEndAsync(stores[0], await NowAsync(cancellationToken), cancellationToken);
                    if (end is not { Position: not null })
                        throw new DynamoBackupException(BackupErrorCode.StreamGap, $"The full backup of '{_table}' that was just taken could not read the stream, so no incremental one can follow; its findings say why.", _table);
                }

                end = await ExtendAsync(stores, end, left, cancellationToken);
                if (end is null)
                    return;
                await watch.LookAsync(cancellationToken);
            }
            catch (DynamoBackupException failure) when (request.Continuous && IsPassing(failure) && remaining() > TimeSpan.Zero)
            {
                output.Error(new DynamoBackupException(failure.Code, $"The capture of '{_table}' is interrupted and goes on in {RetryPause.TotalSeconds:0} s: {failure.Message}", failure.Target, failure));
                await Task.Delay(RetryPause, cancellationToken);
                end = await FindEndAgainAsync(stores[0], end is not null, cancellationToken);
            }
        }
    }

    /// <summary>Adds increments to chains.</summary>
    /// <returns>Where the chains end and cannot go on; null where this run has done what it was to do.</returns>
    private async Task<ChainEnd?> ExtendAsync(IReadOnlyList<IBackupStore> stores, ChainEnd end, List<Task> left, CancellationToken cancellationToken)
    {
        try
        {
            var writer = await BeginAsync(stores, end, watch.Require(), watch.Stream!, end.Position!, cancellationToken);
            do
            {
                var time = request.Continuous ? Shorter(request.SealEvery, remaining()) : (TimeSpan?)null;
                var made = await writer.NextAsync(time, cancellationToken);
                end = writer.End;
                await deliver(made, cancellationToken);
                if (request.Continuous)
                    left.AddRange(writer.TakeDropped().Select(dropped => RejoinAsync(dropped.Store, cancellationToken)));
                stores = writer.Stores;
                if (writer.IsOver)
                    return end.Broken("the table's stream was turned off, or the table deleted");
            }
            while (request.Continuous && remaining() > TimeSpan.Zero);
            return null;
        }
        catch (StreamGapException gap)
        {
            return end.Broken(gap.Reason);
        }
    }

    /// <summary>Stores what is left in a stream that the table no longer has.</summary>
    /// <returns>Where the chains end then.</returns>
    private async Task<ChainEnd> FinishAsync(IReadOnlyList<IBackupStore> stores, ChainEnd end, FormerStream rest, CancellationToken cancellationToken)
    {
        try
        {
            var writer = await BeginAsync(stores, end, rest.Table, rest.Stream, rest.Position, cancellationToken);
            var made = await writer.NextAsync(null, cancellationToken);
            if (made.Count > 0)
                output.Warning($"{made[0].ItemCount:N0} changes were left in the former stream of '{_table}', and are stored as {made[0].Id}: the table can be restored as it was at any second up to {Second.Text(made[0].ToUtc)}.");
            await deliver(made, cancellationToken);
            return writer.End.Broken(end.GapReason!);
        }
        catch (StreamGapException gap)
        {
            output.Verbose($"What was left in the former stream of '{_table}' cannot be read any more: {gap.Reason}.");
            return end.Broken(end.GapReason!);
        }
    }

    private async Task<ChainWriter> BeginAsync(
        IReadOnlyList<IBackupStore> stores, ChainEnd end, TableDefinition table, TableStream stream, StreamPosition from, CancellationToken cancellationToken)
    {
        var capture = await StreamCapture.BeginAsync(streams, stream.Arn, from, _options, output, cancellationToken);
        return new ChainWriter(request, watch, table, stream, capture, stores, end, output);
    }

    /// <summary>A store that has failed has a chain of its own from now on, which catches up when it is well again.</summary>
    private async Task RejoinAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(RetryPause, cancellationToken);
            await FollowAsync([store], await FindEndAgainAsync(store, isKnown: true, cancellationToken), cancellationToken);
        }
        catch (DynamoBackupException failure)
        {
            output.Error(failure);
        }
    }

    /// <summary>Finds a chain's end after a failure. A store that has lost what it is known to hold is not taken for an empty one: it may be a share that is no longer mounted.</summary>
    private async Task<ChainEnd?> FindEndAgainAsync(IBackupStore store, bool isKnown, CancellationToken cancellationToken)
    {
        for (var isTold = false; ;)
        {
            try
            {
                var end = await FindEndAsync(store, await NowAsync(cancellationToken), cancellationToken);
                if (end is not null || !isKnown || remaining() <= TimeSpan.Zero)
                    return end;
                if (!isTold)
                    output.Warning($"'{store.Location}' no longer shows the backups of '{_table}' that were there when this run began. Is it mounted? It is looked at again every {RetryPause.TotalSeconds:0} s; to begin anew there, end this command and start it again.");
                isTold = true;
                await Task.Delay(RetryPause, cancellationToken);
            }
            catch (DynamoBackupException failure) when (IsPassing(failure) && remaining() > TimeSpan.Zero)
            {
                output.Warning($"'{store.Location}' or the stream of '{_table}' still cannot be read: {failure.Message}");
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
    }

    private async Task TakeFullAsync(IReadOnlyList<IBackupStore> stores, ChainEnd? end, CancellationToken cancellationToken)
    {
        var where = string.Join(", ", stores.Select(store => store.Location));
        if (end is null && request.RequireBase)
            throw new DynamoBackupException(BackupErrorCode.BaseMissing, $"There is no backup of '{_table}' at {where} that an incremental one could build on. Take a full backup first, with the table's stream on; or leave -RequireBase out, and one is taken.", _table);
        if (end is not null && request.GapAction == GapAction.Fail)
            throw new DynamoBackupException(BackupErrorCode.StreamGap, $"The chain of '{_table}' at {where} cannot go on from backup {end.Id}: {end.GapReason}. What changed after {Second.Text(end.ToUtc)} is not in any backup. Take a full backup, or leave -GapAction Fail out, and one is taken.", _table);
        output.Warning(end is null
            ? $"There is no backup of '{_table}' at {where} that an incremental one could build on; a full backup is taken first."
            : $"The chain of '{_table}' at {where} cannot go on from backup {end.Id}: {end.GapReason}. A new full backup is taken; the table cannot be restored as it was between {Second.Text(end.ToUtc)} and the new backup's time.");
        var full = request with { Type = BackupType.Full, Continuous = false, NoStream = false, EnableStream = false, Timeout = null, Destinations = [.. stores.Select(store => store.Location)] };
        await deliver(await BackupRun.RunAsync(full, end?.ToGap(), output, cancellationToken), cancellationToken);
    }

    private void RequireTable(IBackupStore store, ChainEnd? end)
    {
        try
        {
            watch.Require();
        }
        catch (DynamoBackupException missing) when (end is not null)
        {
            throw new DynamoBackupException(
                missing.Code,
                $"{missing.Message} Its backups are still there, and bring it back as it was at any second up to {Second.Text(end.ToUtc)}: Restore-DynamoTable {_table} '{store.Location}' -PointInTime {Second.Text(end.ToUtc)} -TargetTable {_table}",
                missing.Target, missing);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>What may be over in a while: a network, a service or a store that fails.</summary>
    private static bool IsPassing(DynamoBackupException failure) => failure.Code is
        BackupErrorCode.EndpointUnreachable or BackupErrorCode.LimitExceeded or BackupErrorCode.TableNotReady
        or BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreReadFailed or BackupErrorCode.StoreFull;
}
