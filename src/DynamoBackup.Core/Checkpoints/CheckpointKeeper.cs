using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// Keeps the checkpoint of a backup that is being made, the same in every store: what has been closed is told soon, and the lease is renewed while
/// the run lives. A store in which another run has taken the backup over is left out; where that was the last one, the run is to end.
/// </summary>
internal sealed class CheckpointKeeper : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>A checkpoint grows with the backup: writing it may take this part of the time at most.</summary>
    private const int PauseFactor = 20;

    private readonly object _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly LeaseHolder _holder = new();
    private readonly StoreGroup _stores;
    private readonly string _key;
    private readonly IRunOutput _output;
    private readonly CheckpointSegment[] _segments;
    private readonly List<SealedFile>[] _files;
    private readonly List<CheckpointFile>[] _entries;
    private readonly ConcurrentDictionary<IBackupStore, string> _versions;
    private readonly HashSet<IBackupStore> _ended = [];
    private readonly HashSet<IBackupStore> _taken = [];
    private readonly HashSet<IBackupStore> _behind = [];
    private readonly HashSet<IBackupStore> _warned = [];
    private Checkpoint _state;
    private Task _keeping = Task.CompletedTask;
    private bool _isChanged;

    /// <summary>A keeper.</summary>
    /// <param name="stores">Where the backup lies.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="state">The checkpoint to begin with.</param>
    /// <param name="versions">The checkpoint's version in each store that has one.</param>
    /// <param name="output">Warned of a store that takes no checkpoint.</param>
    public CheckpointKeeper(StoreGroup stores, string folder, Checkpoint state, IReadOnlyDictionary<IBackupStore, string> versions, IRunOutput output)
    {
        _stores = stores;
        _key = StoreKey.Join(folder, BackupLayout.Checkpoint);
        _output = output;
        _state = state;
        _segments = [.. state.Segments!];
        _files = [.. _segments.Select(segment => segment.Files!.Select(CheckpointJson.Restore).ToList())];
        _entries = [.. _segments.Select(segment => segment.Files!.ToList())];
        _versions = new(versions);
    }

    /// <summary>Cancelled when another run has taken the backup over everywhere.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why the run is to end; null where it is not.</summary>
    public DynamoBackupException? Failure { get; private set; }

    /// <summary>All closed files, segment by segment.</summary>
    public IReadOnlyList<SealedFile> Files
    {
        get
        {
            lock (_lock)
                return [.. _files.SelectMany(files => files)];
        }
    }

    /// <summary>Claims a backup that another run has left, in every store. Of several that try at once one alone succeeds.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another run was faster.</exception>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        // One store after another, for all in the same order: the first one decides.
        var isFirst = true;
        foreach (var store in _versions.Keys.OrderBy(store => store.Location, StringComparer.Ordinal).ToList())
        {
            if (!await TryWriteAsync(store, holds: true, cancellationToken))
            {
                if (isFirst)
                    throw TakenOver(store);
                Lose(store);
            }

            isFirst = false;
        }
    }

    /// <summary>Begins to write checkpoints in the background.</summary>
    public void Begin() => _keeping = Task.Run(KeepAsync);

    /// <summary>Takes note of where in the table's stream the capture began that makes the backup exact.</summary>
    /// <param name="stream">The place.</param>
    /// <param name="from">When, by the service's clock.</param>
    public void NoteStream(SidecarStream stream, DateTimeOffset from)
    {
        lock (_lock)
            _state = _state with { Stream = stream, CapturedFromUtc = ManifestJson.Format(from) };
    }

    /// <summary>Takes note of how far a segment is.</summary>
    /// <param name="segment">Its number.</param>
    /// <param name="closed">The files that have been closed since the last time.</param>
    /// <param name="after">The last key in them; null at the segment's end.</param>
    /// <param name="itemsRead">Items read from the segment's beginning on.</param>
    public void Note(int segment, IReadOnlyList<SealedFile> closed, JsonElement? after, long itemsRead)
    {
        lock (_lock)
        {
            _files[segment].AddRange(closed);
            _entries[segment].AddRange(closed.Select(CheckpointJson.Describe));
            _segments[segment] = new CheckpointSegment { After = after, Ended = after is null, ItemsRead = itemsRead };
            _behind.UnionWith(_stores.Stores.Where(store => !_stores.IsLive(store)));
            if (_isChanged)
                return;
            _isChanged = true;
        }

        _changed.Release();
    }

    /// <summary>Whether a store has all closed files.</summary>
    public bool HasAll(IBackupStore store)
    {
        lock (_lock)
            return !_behind.Contains(store) && !_ended.Contains(store) && !_taken.Contains(store);
    }

    /// <summary>Makes sure, where a checkpoint has been written, that no other run has taken the backup over.</summary>
    /// <exception cref="DynamoBackupException">One has, or the store fails.</exception>
    public async Task ClaimAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        if (HasCheckpoint(store) && !await TryWriteAsync(store, holds: true, cancellationToken))
            throw TakenOver(store);
    }

    /// <summary>Takes the checkpoint of a backup away that is complete. What cannot be deleted is harmless: the summary is there.</summary>
    public async Task DeleteAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        End(store);
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            if (HasCheckpoint(store))
                await store.DeleteAsync(_key, cancellationToken);
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            _output.Verbose($"'{_key}' at {store.Location} could not be removed ({exception.Message.TrimEnd('.')}). The backup is complete all the same.");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the work on an unfinished backup: the lease is given back, and what is closed may be continued by another run.</summary>
    /// <returns>False where another run has taken the backup over: nothing of it may be touched then.</returns>
    public Task<bool> ReleaseAsync(IBackupStore store, CancellationToken cancellationToken) => EndAsync(store, holds: false, cancellationToken);

    /// <summary>Ends the work on a backup that is to be taken away.</summary>
    /// <returns>False where another run has taken the backup over: nothing of it may be touched then.</returns>
    public async Task<bool> AbandonAsync(IBackupStore store, CancellationToken cancellationToken) => !HasCheckpoint(store) || await EndAsync(store, holds: true, cancellationToken);

    /// <summary>Ends the background's work.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _holder.Dispose();
        _writing.Dispose();
        _changed.Dispose();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync()
    {
        var pause = ShortestPause;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(LeaseHolder.Renewal, _stop.Token);
                var began = Stopwatch.GetTimestamp();
                foreach (var store in _stores.Stores.Where(store => _stores.IsLive(store) && HasAll(store)))
                    await KeepAsync(store);
                var took = Stopwatch.GetElapsedTime(began) * PauseFactor;
                pause = took < ShortestPause ? ShortestPause : took < LeaseHolder.Renewal ? took : LeaseHolder.Renewal;
                // Behind the writing, so that the first closed file is noted at once.
                await Task.Delay(pause, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task KeepAsync(IBackupStore store)
    {
        try
        {
            if (!await TryWriteAsync(store, holds: true, _stop.Token))
                Lose(store);
        }
        catch (DynamoBackupException exception)
        {
            // The backup itself goes on: it would only have to begin anew where the run is ended.
            if (_warned.Add(store))
                _output.Warning($"'{_key}' could not be written at {store.Location} ({exception.Message.TrimEnd('.')}). The backup goes on; where it is ended before it is complete, -Resume may find less of it there.");
        }
    }

    private void Lose(IBackupStore store)
    {
        lock (_lock)
            _taken.Add(store);
        var failure = TakenOver(store);
        try
        {
            _stores.Drop(store, failure);
        }
        catch (DynamoBackupException)
        {
            Failure = failure;
            _lost.Cancel();
        }
    }

    private async Task<bool> EndAsync(IBackupStore store, bool holds, CancellationToken cancellationToken)
    {
        var isOurs = await TryWriteAsync(store, holds, cancellationToken);
        End(store);
        return isOurs;
    }

    /// <summary>Writes the checkpoint.</summary>
    /// <returns>False where another run's is there.</returns>
    private async Task<bool> TryWriteAsync(IBackupStore store, bool holds, CancellationToken cancellationToken)
    {
        const int Attempts = 3;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            lock (_lock)
            {
                // Seen under the semaphore: a write that has waited must not bring a checkpoint back that has been deleted.
                if (_ended.Contains(store) || _taken.Contains(store))
                    return !_taken.Contains(store);
            }

            for (var attempt = 1; ; attempt++)
            {
                var content = CheckpointJson.Write(Snapshot(holds));
                if (await store.TryReplaceAsync(_key, content, _versions.GetValueOrDefault(store), cancellationToken) is { } version)
                {
                    _versions[store] = version;
                    return true;
                }

                // One of our own whose answer was lost is no other run's.
                if (attempt == Attempts || await store.ReadVersionAsync(_key, CheckpointJson.Limit, cancellationToken) is not { } found || !IsOurs(found))
                    return false;
                _versions[store] = found.Version;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool IsOurs(StoreVersion found) =>
        CheckpointJson.Read(found.Content.Span, _state.BackupId!).Checkpoint?.Lease?.Holder is { } holder && holder == _holder.Renew().Holder;

    private Checkpoint Snapshot(bool holds)
    {
        lock (_lock)
        {
            _isChanged = false;
            return _state = _state with
            {
                Revision = _state.Revision + 1,
                Lease = holds ? _holder.Renew() : null,
                Segments = [.. _segments.Select((segment, index) => segment with { Files = [.. _entries[index]] })],
            };
        }
    }

    private bool HasCheckpoint(IBackupStore store) => _versions.ContainsKey(store);

    private void End(IBackupStore store)
    {
        lock (_lock)
            _ended.Add(store);
    }

    private DynamoBackupException TakenOver(IBackupStore store) => new(
        BackupErrorCode.RunInProgress, $"Another run has taken over the unfinished backup {_state.BackupId} at {store.Location} and goes on with it. Let it end, then see what Get-DynamoBackup lists.", store.Location);
}
