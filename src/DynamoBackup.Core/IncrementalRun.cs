using System.Collections.Concurrent;
using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Chains;
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
    /// <summary>A change of the table's settings is in what is sealed so much later.</summary>
    private static readonly TimeSpan DefinitionAge = TimeSpan.FromMinutes(1);

    private readonly BackupRequest _request;
    private readonly BackupReceiver _receiver;
    private readonly IRunOutput _output;
    private readonly ChainFollower _follower;
    private readonly SemaphoreSlim _delivering = new(1);
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _completed;

    private IncrementalRun(BackupRequest request, BackupReceiver receiver, IRunOutput output, TableWatch watch, StreamConnection streams)
    {
        _request = request;
        _receiver = receiver;
        _output = output;
        _follower = new ChainFollower(request, watch, streams, DeliverAsync, Remaining, output);
    }

    /// <summary>Backs up what has changed.</summary>
    /// <param name="request">What to back up, where to and how; with <see cref="BackupRequest.Continuous"/> the run goes on until it is cancelled or its time is over.</param>
    /// <param name="receiver">Gets each backup when it is complete, once for each store.</param>
    /// <param name="output">Where the run tells what it does; a store that fails while others go on is an error there.</param>
    /// <param name="cancellationToken">Ends the run. What is not complete then is taken away; the stream still holds it for the next run.</param>
    /// <returns>How many backups were completed, each counted once for each store.</returns>
    /// <exception cref="DynamoBackupException">The table has no usable stream, or the changes could not be stored.</exception>
    public static Task<int> RunAsync(BackupRequest request, BackupReceiver receiver, IRunOutput output, CancellationToken cancellationToken) =>
        RunAsync(request, receiver, output, DefinitionAge, cancellationToken);

    /// <summary>The same, with a time for which a table's definition counts as one of just now.</summary>
    internal static Task<int> RunAsync(BackupRequest request, BackupReceiver receiver, IRunOutput output, TimeSpan definitionAge, CancellationToken cancellationToken)
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
                using var watch = new TableWatch(request, connection, watched, definitionAge);
                await watch.LookAsync(cancellation);
                await stores.EachAsync(store => store.PrepareAsync(cancellation));
                using var run = new IncrementalRun(request, receiver, watched, watch, streams);
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
        var plans = await stores.EachAsync(async store => await new ChainEndSearch(table.Name, table, stream, output).FindAsync(store, now, cancellationToken) switch
        {
            null => "a full backup is taken first, for there is none to build on",
            { Rest: not null } end => $"what the former stream still holds of the time after {Second.Text(end.ToUtc)} is stored on top of backup {end.Id}, and a new full backup taken, for {end.GapReason}",
            { GapReason: { } reason } end => $"a new full backup is taken, for the chain cannot go on from backup {end.Id}: {reason}",
            var end => $"what has changed since {Second.Text(end.ToUtc)}, on top of backup {end.Id}",
        });
        return plans.Count == 1 ? plans[0].Outcome : string.Join("; ", plans.Select(plan => $"at {plan.Store.Location} {plan.Outcome}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _delivering.Dispose();

    private async Task<int> RunAsync(StoreGroup stores, CancellationToken cancellationToken)
    {
        var now = await _follower.NowAsync(cancellationToken);
        var ends = await stores.EachAsync(store => _follower.FindEndAsync(store, now, cancellationToken));
        var alike = ends.GroupBy(end => end.Outcome is { Position: not null } or { Rest: not null } ? end.Outcome.Id : "").Select(group => group.ToList()).ToList();
        var failures = new ConcurrentQueue<DynamoBackupException>();
        if (_request.Continuous)
        {
            await Task.WhenAll(alike.Select(FollowAsync));
        }
        else
        {
            // One after another: at most two may read a shard at a time, and someone else may be one of them.
            foreach (var group in alike)
                await FollowAsync(group);
        }

        if (failures.Count == alike.Count && failures.TryPeek(out var first))
            throw first;
        return _completed;

        async Task FollowAsync(List<(IBackupStore Store, ChainEnd? Outcome)> group)
        {
            try
            {
                await _follower.FollowAsync([.. group.Select(end => end.Store)], group[0].Outcome, cancellationToken);
            }
            catch (DynamoBackupException failure)
            {
                failures.Enqueue(failure);
                if (alike.Count > 1)
                    _output.Error(failure);
            }
        }
    }

    private async Task DeliverAsync(IReadOnlyList<BackupInfo> backups, CancellationToken cancellationToken)
    {
        if (backups.Count == 0)
            return;
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
}
