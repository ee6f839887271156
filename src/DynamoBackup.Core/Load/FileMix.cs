using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;

namespace DynamoBackup.Load;

/// <summary>
/// The files of a load, several of them open at once. Readers take an open file for one item, give it back and take another: the items of
/// a scan segment share partitions, and so what is written one after another must come from many files. There are never fewer open files
/// than readers.
/// </summary>
internal sealed class FileMix : IAsyncDisposable
{
    /// <summary>Files open at once. Each holds a line buffer of 256 KB and a decompressor.</summary>
    private const int MostOpen = 16;

    private readonly Func<DataFile, IAsyncEnumerable<SourceItem>> _read;
    private readonly CancellationToken _cancellation;
    private readonly object _lock = new();
    private readonly Queue<DataFile> _waiting;
    private readonly Dictionary<IAsyncEnumerator<SourceItem>, int> _open = [];
    private readonly List<(IAsyncEnumerator<SourceItem> File, int Number)> _free = [];
    private int _opened;
    private int _readers;

    /// <summary>Opens the first files of a store.</summary>
    public FileMix(IBackupStore store, IReadOnlyList<DataFile> files, int mostReaders, CancellationToken cancellationToken)
        : this(file => ItemSource.ReadAsync(store, file, cancellationToken), files, mostReaders, cancellationToken)
    {
    }

    /// <summary>Opens the first files.</summary>
    /// <param name="read">Reads a file's items.</param>
    /// <param name="files">All files, as the manifest lists them: segment by segment.</param>
    /// <param name="mostReaders">The most readers that there may be.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public FileMix(Func<DataFile, IAsyncEnumerable<SourceItem>> read, IReadOnlyList<DataFile> files, int mostReaders, CancellationToken cancellationToken)
    {
        _read = read;
        _cancellation = cancellationToken;
        var open = Math.Min(files.Count, Math.Max(MostOpen, mostReaders * 2));
        Readers = _readers = Math.Min(mostReaders, open);
        _waiting = new Queue<DataFile>(Spread(files, open));
        while (_open.Count < open)
            OpenNext();
    }

    /// <summary>How many readers there are to be.</summary>
    public int Readers { get; }

    /// <summary>Takes any open file. Its next item may be read until it is given back.</summary>
    public IAsyncEnumerator<SourceItem> Take()
    {
        lock (_lock)
        {
            // Any, and not the next in line: readers in step would have every other file to themselves.
            var index = Random.Shared.Next(_free.Count);
            // Of two, the one that was opened earlier, as long as another can take its place: files that are read evenly all end together, and a run that
            // is cut off would have finished none of them. The last ones are to last as long as possible.
            if (_waiting.Count > 0 && Random.Shared.Next(_free.Count) is var other && _free[other].Number < _free[index].Number)
                index = other;
            var (file, _) = _free[index];
            _free[index] = _free[^1];
            _free.RemoveAt(_free.Count - 1);
            return file;
        }
    }

    /// <summary>Gives a file back.</summary>
    public void Return(IAsyncEnumerator<SourceItem> file)
    {
        lock (_lock)
            _free.Add((file, _open[file]));
    }

    /// <summary>Closes a file that has ended, and opens another in its place.</summary>
    /// <returns>False where there are now fewer files than readers: this one is no longer needed.</returns>
    public async ValueTask<bool> EndAsync(IAsyncEnumerator<SourceItem> file)
    {
        await file.DisposeAsync();
        lock (_lock)
        {
            _open.Remove(file);
            if (_waiting.Count > 0)
                OpenNext();
            if (_open.Count >= _readers)
                return true;
            _readers--;
            return false;
        }
    }

    /// <summary>Closes the files that are open, also those that a failed reader held; no reader may be at work.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var file in _open.Keys)
            await file.DisposeAsync();
    }

    /// <summary>Orders files so that those open together lie far apart in the list.</summary>
    private static IEnumerable<DataFile> Spread(IReadOnlyList<DataFile> files, int open)
    {
        var stride = open == 0 ? 1 : (files.Count + open - 1) / open;
        return Enumerable.Range(0, stride).SelectMany(first => Enumerable.Range(0, open).Select(step => first + step * stride))
            .Where(index => index < files.Count).Select(index => files[index]);
    }

    /// <summary>Nothing is read yet: the file opens as its first item is asked for.</summary>
    private void OpenNext()
    {
        var file = _read(_waiting.Dequeue()).GetAsyncEnumerator(_cancellation);
        _open.Add(file, _opened);
        _free.Add((file, _opened++));
    }
}
