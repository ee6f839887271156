using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// Keeps the checkpoint of a backup that is being made, the same in every store: the lease is there from the beginning and renewed while the run lives, and
/// what has been closed is told soon. A store in which the backup is not this run's any more is left out; where that was the last one, the run is to end.
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
    private readonly ScanNotes _notes;
    private readonly ConcurrentDictionary<IBackupStore, string> _versions;
    private readonly HashSet<IBackupStore> _ended = [];
    private readonly ConcurrentDictionary<IBackupStore, DynamoBackupException> _losses = [];
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
        _notes = new ScanNotes(state.Segments!);
        _versions = new(versions);
    }

    /// <summary>Cancelled when the backup is nowhere this run's any more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why the run is to end; null where it is not.</summary>
    public DynamoBackupException? Failure { get; private set; }

    /// <summary>All closed files, segment by segment.</summary>
    public IReadOnlyList<SealedFile> Files => _notes.Files;

    /// <summary>Claims a backup that another run has left, in every store. Of several that try at once one alone succeeds.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another run was faster.</exception>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        // One store after another, for all in the same order: the first one decides.
        var isFirst = true;
        foreach (var store in _versions.Keys.OrderBy(store => store.Location, StringComparer.Ordinal).ToList())
        {
            if (await WriteAsync(store, holds: true, cancellationToken) is { } loss)
            {
                if (isFirst)
                    throw loss;
                Lose(store, loss);
            }

            isFirst = false;
        }
    }

    /// <summary>Begins to write checkpoints in the background: a new backup's first one at once, so that others see that a run is at work.</summary>
    public void Begin()
    {
        if (_versions.IsEmpty)
        {
            _isChanged = true;
            _changed.Release();
        }

        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Takes note of where in the table's stream the capture began that makes the backup exact.</summary>
    /// <param name="stream">The place.</param>
    /// <param name="from">When, by the service's clock.</param>
    public void NoteStream(SidecarStream stream, DateTimeOffset from)
    {
        lock (_lock)
            _state = _state with { Stream = stream, CapturedFromUtc = ManifestJson.Format(from) };
    }

    /// <summary>Takes note of how far a segment is, as <see cref="ScanNotes.Add"/> does.</summary>
    public void Note(int segment, IReadOnlyList<SealedFile> closed, JsonElement? after, long itemsRead)
    {
        lock (_lock)
        {
            _notes.Add(segment, closed, after, itemsRead);
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
            return !_behind.Contains(store) && !_ended.Contains(store) && !_losses.ContainsKey(store);
    }

    /// <summary>Makes sure, where a checkpoint has been written, that the backup is still this run's.</summary>
    /// <exception cref="DynamoBackupException">It is not, or the store fails.</exception>
    public async Task ClaimAsync(IBackupStore store, CancellationToken cancellationToken)
    {
        if (HasCheckpoint(store) && await WriteAsync(store, holds: true, cancellationToken) is { } loss)
            throw loss;
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
    /// <returns>True where the backup has been removed: what this run has written since may be taken away.</returns>
    public async Task<bool> ReleaseAsync(IBackupStore store, CancellationToken cancellationToken) => LostBackup.IsRemoved(await EndAsync(store, holds: false, cancellationToken));

    /// <summary>Ends the work on a backup that is to be taken away.</summary>
    /// <returns>False where another run has taken the backup over: nothing of it may be touched then.</returns>
    public async Task<bool> AbandonAsync(IBackupStore store, CancellationToken cancellationToken) =>
        !HasCheckpoint(store) || await EndAsync(store, holds: true, cancellationToken) is var loss && (loss is null || LostBackup.IsRemoved(loss));

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
                // Behind the writing, so that the beginning is noted at once.
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
            if (await WriteAsync(store, holds: true, _stop.Token) is { } loss)
                Lose(store, loss);
        }
        catch (DynamoBackupException exception)
        {
            // The backup itself goes on: it would only have to begin anew where the run is ended.
            if (_warned.Add(store))
                _output.Warning($"'{_key}' could not be written at {store.Location} ({exception.Message.TrimEnd('.')}). The backup goes on; where it is ended before it is complete, -Resume may find less of it there.");
        }
    }

    private void Lose(IBackupStore store, DynamoBackupException loss)
    {
        try
        {
            _stores.Drop(store, loss);
        }
        catch (DynamoBackupException)
        {
            Failure = loss;
            _lost.Cancel();
        }
    }

    private async Task<DynamoBackupException?> EndAsync(IBackupStore store, bool holds, CancellationToken cancellationToken)
    {
        var loss = await WriteAsync(store, holds, cancellationToken);
        End(store);
        return loss;
    }

    /// <summary>Writes the checkpoint.</summary>
    /// <returns>Null where it was written; else why the backup is not this run's any more.</returns>
    private async Task<DynamoBackupException?> WriteAsync(IBackupStore store, bool holds, CancellationToken cancellationToken)
    {
        const int Attempts = 3;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            lock (_lock)
            {
                // Seen under the semaphore: a write that has waited must not bring a checkpoint back that has been deleted.
                if (_ended.Contains(store) || _losses.ContainsKey(store))
                    return _losses.GetValueOrDefault(store);
            }

            for (var attempt = 1; ; attempt++)
            {
                var content = CheckpointJson.Write(Snapshot(holds));
                if (await store.TryReplaceAsync(_key, content, _versions.GetValueOrDefault(store), cancellationToken) is { } version)
                {
                    _versions[store] = version;
                    return null;
                }

                // One of our own whose answer was lost is no other run's.
                var found = await store.ReadVersionAsync(_key, CheckpointJson.Limit, cancellationToken);
                if (attempt == Attempts || found is null || !IsOurs(found))
                    return NoteLoss(store, await LostBackup.ExplainAsync(store, _key, isThere: found is not null, cancellationToken));
                _versions[store] = found.Version;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private DynamoBackupException NoteLoss(IBackupStore store, DynamoBackupException loss)
    {
        _losses[store] = loss;
        if (_losses.Count == _stores.Stores.Count)
            Failure ??= loss;
        return loss;
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
                Segments = _notes.Segments,
            };
        }
    }

    private bool HasCheckpoint(IBackupStore store) => _versions.ContainsKey(store);

    private void End(IBackupStore store)
    {
        lock (_lock)
            _ended.Add(store);
    }
}
