using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Changes;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// Stores what has changed in a table since the last backup, out of the table's stream. Each store has a chain of its own: stores whose chains end at the same backup are fed together, one that
/// lags catches up by itself. Where there is nothing to build on, or changes are lost, a full backup is taken.
/// </summary>
public sealed class IncrementalRun : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(15);

    private readonly BackupRequest _request;
    private readonly BackupReceiver _receiver;
    private readonly IRunOutput _output;
    private readonly TableDefinition _table;
    private readonly TableStream _stream;
    private readonly StreamConnection _streams;
    private readonly SemaphoreSlim _delivering = new(1);
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _completed;

    private IncrementalRun(BackupRequest request, BackupReceiver receiver, IRunOutput output, TableDefinition table, TableStream stream, StreamConnection streams)
    {
        _request = request;
        _receiver = receiver;
        _output = output;
        _table = table;
        _stream = stream;
        _streams = streams;
    }

    /// <summary>Backs up what has changed.</summary>
    /// <param name="request">What to back up, where to and how; with <see cref="BackupRequest.Continuous"/> the run goes on until it is cancelled or its time is over.</param>
    /// <param name="receiver">Gets each backup when it is complete, once for each store.</param>
    /// <param name="output">Where the run tells what it does; a store that fails while others go on is an error there.</param>
    /// <param name="cancellationToken">Ends the run. What is not complete then is taken away; the stream still holds it for the next run.</param>
    /// <returns>How many backups were completed, each counted once for each store.</returns>
    /// <exception cref="DynamoBackupException">The table has no usable stream, or the changes could not be stored.</exception>
    public static Task<int> RunAsync(BackupRequest request, BackupReceiver receiver, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(output);
        return RunTimeout.RunAsync(
            request.Timeout, $"The incremental backup of '{request.TableName}'", "What is complete is kept; the same command goes on from there.", request.TableName, output,
            async (watched, cancellation) =>
            {
                using var stores = BackupRun.OpenStores(request, watched);
                using var connection = DynamoConnection.Open(request.Connection);
                using var streams = StreamConnection.Open(request.Connection);
                var table = await BackupRun.DescribeAsync(request, connection, watched, cancellation);
                var stream = await new StreamSwitch(connection, watched).RequireAsync(table, request.EnableStream, cancellation);
                await stores.EachAsync(store => store.PrepareAsync(cancellation));
                using var run = new IncrementalRun(request, receiver, watched, table, stream, streams);
                return await run.RunAsync(stores, cancellation);
            },
            cancellationToken);
    }

    /// <summary>Finds out what an incremental backup would build on, by reading only.</summary>
    /// <param name="request">What to back up, where to and how.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>That, in words.</returns>
    /// <exception cref="DynamoBackupException">There is no such table, or it has no usable stream.</exception>
    public static async Task<string> PlanAsync(BackupRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var stores = BackupRun.OpenStores(request, output);
        using var connection = DynamoConnection.Open(request.Connection);
        using var streams = StreamConnection.Open(request.Connection);
        var table = await new TableReader(connection, output).DescribeAsync(request.TableName, cancellationToken);
        if (request.EnableStream && TableStream.Of(table) is null)
            return "its stream is turned on, and a full backup taken first";
        var stream = await new StreamSwitch(connection, output).RequireAsync(table, enable: false, cancellationToken);
        var now = await streams.GetTimeAsync(stream.Arn, output, cancellationToken);
        var plans = await stores.EachAsync(async store => await new ChainEndSearch(table, stream, output).FindAsync(store, now, cancellationToken) switch
        {
            null => "a full backup is taken first, for there is none to build on",
            { GapReason: { } reason } end => $"a new full backup is taken, for the chain cannot go on from backup {end.Id}: {reason}",
            var end => $"what has changed since {end.ToUtc:yyyy-MM-ddTHH:mm:ssZ}, on top of backup {end.Id}",
        });
        return plans.Count == 1 ? plans[0].Outcome : string.Join("; ", plans.Select(plan => $"at {plan.Store.Location} {plan.Outcome}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _delivering.Dispose();

    private async Task<int> RunAsync(StoreGroup stores, CancellationToken cancellationToken)
    {
        var now = await _streams.GetTimeAsync(_stream.Arn, _output, cancellationToken);
        var ends = await stores.EachAsync(store => FindEndAsync(store, now, cancellationToken));
        var alike = ends.GroupBy(end => end.Outcome is { Position: not null } known ? known.Id : "").Select(group => group.ToList()).ToList();
        if (_request.Continuous)
        {
            await Task.WhenAll(alike.Select(group => FollowAsync(StoresOf(group), group[0].Outcome, cancellationToken)));
            return _completed;
        }

        // One after another: at most two may read a shard at a time, and someone else may be one of them.
        var failures = new List<DynamoBackupException>();
        foreach (var group in alike)
        {
            try
            {
                await FollowAsync(StoresOf(group), group[0].Outcome, cancellationToken);
            }
            catch (DynamoBackupException failure) when (alike.Count > 1)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count == alike.Count && failures.Count > 0)
            throw failures[0];
        failures.ForEach(_output.Error);
        return _completed;
    }

    private static List<IBackupStore> StoresOf(IEnumerable<(IBackupStore Store, ChainEnd? Outcome)> group) => [.. group.Select(end => end.Store)];

    private async Task<ChainEnd?> FindEndAsync(IBackupStore store, CancellationToken cancellationToken) =>
        await FindEndAsync(store, await _streams.GetTimeAsync(_stream.Arn, _output, cancellationToken), cancellationToken);

    private Task<ChainEnd?> FindEndAsync(IBackupStore store, DateTimeOffset now, CancellationToken cancellationToken) =>
        new ChainEndSearch(_table, _stream, _output).FindAsync(store, now, cancellationToken);

    /// <summary>Goes on with the chains of stores that end alike: once, or for as long as the run lasts.</summary>
    private async Task FollowAsync(IReadOnlyList<IBackupStore> stores, ChainEnd? end, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (end is not { Position: not null })
                {
                    await TakeFullAsync(stores, end, cancellationToken);
                    if (!_request.Continuous || Remaining() <= TimeSpan.Zero)
                        return;
                    end = await FindEndAsync(stores[0], cancellationToken);
                }

                await ExtendAsync(stores, end ?? throw NoStreamPosition(), cancellationToken);
                return;
            }
            catch (StreamGapException gap)
            {
                end = end!.Broken(gap.Reason);
            }
            catch (DynamoBackupException failure) when (_request.Continuous && IsPassing(failure) && Remaining() > TimeSpan.Zero)
            {
                _output.Error(new DynamoBackupException(failure.Code, $"The capture of '{_table.Name}' is interrupted and goes on in {RetryPause.TotalSeconds:0} s: {failure.Message}", failure.Target, failure));
                await Task.Delay(RetryPause, cancellationToken);
                end = await FindEndAgainAsync(stores[0], cancellationToken);
            }
        }
    }

    private async Task<ChainEnd?> FindEndAgainAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await FindEndAsync(store, cancellationToken);
            }
            catch (DynamoBackupException failure) when (IsPassing(failure) && Remaining() > TimeSpan.Zero)
            {
                _output.Warning($"'{store.Location}' or the stream of '{_table.Name}' still cannot be read: {failure.Message}");
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
    }

    private async Task ExtendAsync(IReadOnlyList<IBackupStore> stores, ChainEnd end, CancellationToken cancellationToken)
    {
        var options = new CaptureOptions { Settle = _request.StreamSettle };
        var capture = await StreamCapture.BeginAsync(_streams, _stream.Arn, end.Position, options, _output, cancellationToken);
        var writer = new ChainWriter(_request, _table, _stream, capture, stores, end, _output);
        var left = new List<Task>();
        do
        {
            var time = _request.Continuous ? Shorter(_request.SealEvery, Remaining()) : (TimeSpan?)null;
            await DeliverAsync(await writer.NextAsync(time, cancellationToken), cancellationToken);
            if (_request.Continuous)
                left.AddRange(writer.TakeDropped().Select(dropped => RejoinAsync(dropped.Store, cancellationToken)));
        }
        while (_request.Continuous && Remaining() > TimeSpan.Zero);

        await Task.WhenAll(left);
    }

    /// <summary>A store that has failed has a chain of its own from now on, which catches up when it is well again.</summary>
    private async Task RejoinAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        await Task.Delay(RetryPause, cancellationToken);
        await FollowAsync([store], await FindEndAgainAsync(store, cancellationToken), cancellationToken);
    }

    private async Task TakeFullAsync(IReadOnlyList<IBackupStore> stores, ChainEnd? end, CancellationToken cancellationToken)
    {
        var where = string.Join(", ", stores.Select(store => store.Location));
        if (end is null && _request.RequireBase)
            throw new DynamoBackupException(BackupErrorCode.BaseMissing, $"There is no backup of '{_table.Name}' at {where} that an incremental one could build on. Take a full backup first, with the table's stream on; or leave -RequireBase out, and one is taken.", _table.Name);
        if (end is not null && _request.GapAction == GapAction.Fail)
            throw new DynamoBackupException(BackupErrorCode.StreamGap, $"The chain of '{_table.Name}' at {where} cannot go on from backup {end.Id}: {end.GapReason}. What changed after {end.ToUtc:yyyy-MM-ddTHH:mm:ssZ} is not in any backup. Take a full backup, or leave -GapAction Fail out, and one is taken.", _table.Name);
        _output.Warning(end is null
            ? $"There is no backup of '{_table.Name}' at {where} that an incremental one could build on; a full backup is taken first."
            : $"The chain of '{_table.Name}' at {where} cannot go on from backup {end.Id}: {end.GapReason}. A new full backup is taken; the table cannot be restored as it was between {end.ToUtc:yyyy-MM-ddTHH:mm:ssZ} and the new backup's time.");
        var full = _request with { Type = BackupType.Full, Continuous = false, NoStream = false, EnableStream = false, Timeout = null, Destinations = [.. stores.Select(store => store.Location)] };
        await DeliverAsync(await BackupRun.RunAsync(full, end?.ToGap(), _output, cancellationToken), cancellationToken);
    }

    private async Task DeliverAsync(IReadOnlyList<BackupInfo> backups, CancellationToken cancellationToken)
    {
        await _delivering.WaitAsync(cancellationToken);
        try
        {
            _completed += backups.Count;
            await _receiver(backups, cancellationToken);
        }
        finally
        {
            _delivering.Release();
        }
    }

    private TimeSpan Remaining() => _request.Duration is { } duration ? duration - Stopwatch.GetElapsedTime(_began) : TimeSpan.MaxValue;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private DynamoBackupException NoStreamPosition() => new(
        BackupErrorCode.StreamGap, $"The full backup of '{_table.Name}' that was just taken could not read the stream, so no incremental one can follow; its findings say why.", _table.Name);

    /// <summary>What may be over in a while: a network, a service or a store that fails.</summary>
    private static bool IsPassing(DynamoBackupException failure) => failure.Code is
        BackupErrorCode.EndpointUnreachable or BackupErrorCode.LimitExceeded or BackupErrorCode.TableNotReady
        or BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreReadFailed or BackupErrorCode.StoreFull;
}
