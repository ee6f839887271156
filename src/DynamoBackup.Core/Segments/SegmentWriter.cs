using System.Diagnostics;
using System.Runtime.CompilerServices;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Segments;

/// <summary>
/// Writes one scan segment's items into data files. A new file is begun between pages only, so that what a file holds ends with a page's last key:
/// when one has reached the size limit, or has been open for long enough that a run which is ended would lose much with it.
/// </summary>
internal sealed class SegmentWriter(StoreGroup stores, string folder, BackupCompression compression, long maxFileBytes) : IAsyncDisposable
{
    private const long LeastBytesWhenDue = 1 << 20;
    private static readonly TimeSpan Due = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(10);

    private readonly CanonicalItem _item = new();
    private readonly List<SealedFile> _files = [];
    private DataFileWriter? _current;
    private long _begun;

    /// <summary>The files that have been closed so far.</summary>
    public IReadOnlyList<SealedFile> Files => _files;

    /// <summary>Whether items are stored without being read: their digest and their size are then not known.</summary>
    public bool NoContentDigest { get; init; }

    /// <summary>Writes a page's items.</summary>
    /// <param name="page">The page's bytes.</param>
    /// <param name="items">Where its items lie.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidItem"/>: the service sent something that is not an item.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> page, List<JsonSlice> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
            return;
        if (_current is null)
            (_current, _begun) = (await DataFileWriter.CreateAsync(stores, folder, compression, cancellationToken), Stopwatch.GetTimestamp());
        try
        {
            if (NoContentDigest)
                AddUnread(_current, page.Span, items);
            else
                AddAll(_current, page.Span, items);
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidItem,
                $"The service sent an item that is not valid DynamoDB JSON: {exception.Message}. Check that the endpoint is DynamoDB, and what lies between.",
                null, exception);
        }

        if (maxFileBytes < DataFileWriter.BufferSize)
            _current.Flush();
        await _current.WaitForRoomAsync(cancellationToken);
        if (IsDue(_current.StoredBytes, Stopwatch.GetElapsedTime(_begun)))
            await CloseCurrentAsync(cancellationToken);
    }

    /// <summary>Ends the last file.</summary>
    /// <returns>All files of the segment.</returns>
    public async Task<IReadOnlyList<SealedFile>> CloseAsync(CancellationToken cancellationToken)
    {
        await CloseCurrentAsync(cancellationToken);
        return _files;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_current is not null)
            await _current.DisposeAsync();
    }

    private bool IsDue(long bytes, TimeSpan open) => bytes >= maxFileBytes || (open >= Due && bytes >= LeastBytesWhenDue) || open >= Overdue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddAll(DataFileWriter file, ReadOnlySpan<byte> page, List<JsonSlice> items)
    {
        foreach (var slice in items)
        {
            var json = page.Slice(slice.Start, slice.Length);
            _item.Read(json);
            file.Add(json, _item);
        }
    }

    private static void AddUnread(DataFileWriter file, ReadOnlySpan<byte> page, List<JsonSlice> items)
    {
        // Reading an item refuses what would make two lines of it; what is not read has to be looked over.
        ItemLine.RequireOneLineEach(page, items);
        foreach (var slice in items)
            file.Add(page.Slice(slice.Start, slice.Length));
    }

    private async Task CloseCurrentAsync(CancellationToken cancellationToken)
    {
        if (_current is null)
            return;
        await using var file = _current;
        _current = null;
        _files.Add(await file.CloseAsync(cancellationToken));
    }
}
