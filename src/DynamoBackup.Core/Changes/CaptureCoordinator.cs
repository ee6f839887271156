namespace DynamoBackup.Changes;

/// <summary>One run of a capture: a reader for each shard that can be read, and the listing beside them.</summary>
internal sealed class CaptureCoordinator(ShardMap map, StreamTopology topology, ShardReader reader, Func<DateTimeOffset?> end, WakeSignal wake)
{
    private readonly Dictionary<ShardState, Task<bool>> _readers = [];

    /// <summary>Runs until the capture's end is reached everywhere. The first failure ends the readers; none outlives this.</summary>
    /// <returns>Whether the stream was over before that: it takes no more changes, and all that it took has been read.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lead = Workers.CancelOthersOnFailure(() => LeadAsync(cancel), cancel);
        await Task.WhenAny(lead);
        await Workers.JoinAsync([lead, .. _readers.Values], cancellationToken);
        return await lead;
    }

    private async Task<bool> LeadAsync(CancellationTokenSource cancel)
    {
        while (true)
        {
            cancel.Token.ThrowIfCancellationRequested();
            foreach (var (shard, _) in _readers.Where(pair => pair.Value.IsCompletedSuccessfully).ToArray())
                _readers.Remove(shard);
            foreach (var shard in map.Readable(end()).Where(shard => !_readers.ContainsKey(shard)))
                Start(shard, cancel);
            if (_readers.Count == 0 && topology.IsOver && (end() is not { } last || map.IsShortOf(last)))
                return true;
            if (_readers.Count == 0 && IsComplete())
                return false;
            var wait = topology.UntilNext(end(), _readers.Count == 0);
            if (wait == TimeSpan.Zero)
                await topology.RefreshAsync(cancel.Token);
            else
                await wake.WaitAsync(wait, cancel.Token);
        }
    }

    private bool IsComplete() => end() is { } instant && topology.IsSettled(instant) && map.Readable(instant).Count == 0;

    private void Start(ShardState shard, CancellationTokenSource cancel)
    {
        var task = Workers.CancelOthersOnFailure(() => reader.ReadAsync(shard, cancel.Token), cancel);
        _readers.Add(shard, task);
        task.ContinueWith(_ => wake.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
