using System.Runtime.CompilerServices;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Segments;

/// <summary>Writes one scan segment's items into data files, beginning a new file whenever one has reached the size limit.</summary>
internal sealed class SegmentWriter(StoreGroup stores, string folder, BackupCompression compression, long maxFileBytes) : IAsyncDisposable
{
    private readonly CanonicalItem _item = new();
    private readonly List<SealedFile> _files = [];
    private DataFileWriter? _current;

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
        _current ??= await DataFileWriter.CreateAsync(stores, folder, compression, cancellationToken);
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

        await _current.WaitForRoomAsync(cancellationToken);
        if (_current.StoredBytes >= maxFileBytes)
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
