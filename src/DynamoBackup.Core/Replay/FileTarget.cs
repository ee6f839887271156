using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Writes what is replayed into the data files of a new backup.</summary>
/// <param name="stores">Where to.</param>
/// <param name="folder">The new backup's folder.</param>
/// <param name="compression">How the files are compressed.</param>
/// <param name="maxFileBytes">Stored size at which a file is closed and the next one begun.</param>
/// <param name="nameOf">Names the first file of a group; null gives each file a name of its own.</param>
internal sealed class FileTarget(StoreGroup stores, string folder, BackupCompression compression, long maxFileBytes, Func<int, string>? nameOf = null) : IReplayTarget
{
    private readonly object _lock = new();
    private readonly long _maxFileBytes = maxFileBytes;
    private readonly SortedDictionary<(int Group, int Part), SealedFile> _files = [];

    /// <summary>The files of all groups that are closed, in the order of the groups.</summary>
    public IReadOnlyList<SealedFile> Files
    {
        get
        {
            lock (_lock)
                return [.. _files.Values];
        }
    }

    /// <inheritdoc/>
    public async Task<ItemSink> OpenAsync(int group, CancellationToken cancellationToken) =>
        new Sink(this, group, await CreateAsync(nameOf?.Invoke(group), cancellationToken));

    private Task<DataFileWriter> CreateAsync(string? name, CancellationToken cancellationToken) => DataFileWriter.CreateAsync(stores, folder, compression, cancellationToken, name);

    private sealed class Sink(FileTarget target, int group, DataFileWriter first) : ItemSink
    {
        private DataFileWriter? _file = first;
        private bool _isEmpty = true;
        private int _part;

        public override void Take(CanonicalItem item, ReadOnlySpan<byte> json)
        {
            _file!.Add(json, item);
            _isEmpty = false;
        }

        public override async ValueTask SettleAsync(CancellationToken cancellationToken)
        {
            await _file!.WaitForRoomAsync(cancellationToken);
            if (_file.StoredBytes < target._maxFileBytes)
                return;
            await CloseAsync(cancellationToken);
            _file = await target.CreateAsync(null, cancellationToken);
        }

        public override async Task CloseAsync(CancellationToken cancellationToken)
        {
            // A file that is not closed leaves nothing.
            if (_isEmpty || _file is null)
                return;
            await using var file = _file;
            (_file, _isEmpty) = (null, true);
            var done = await file.CloseAsync(cancellationToken);
            lock (target._lock)
                target._files.Add((group, _part++), done);
        }

        public override ValueTask DisposeAsync() => _file is null ? ValueTask.CompletedTask : _file.DisposeAsync();
    }
}
