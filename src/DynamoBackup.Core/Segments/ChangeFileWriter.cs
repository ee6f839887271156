using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Segments;

/// <summary>
/// Writes changes into an incremental backup's data files. Several shards write side by side and into the same file, one batch at a time, so that memory does not grow with their number;
/// each batch stays together and in its order. Every line is read before it is stored: what is in the files can be replayed.
/// </summary>
internal sealed class ChangeFileWriter(StoreGroup stores, string folder, BackupCompression compression, long maxFileBytes) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CanonicalChange _change = new();
    private readonly List<SealedFile> _files = [];
    private DataFileWriter? _current;
    private long _closedBytes;
    private bool _failed;

    /// <summary>The files that have been closed so far; to be looked at when no one writes.</summary>
    public IReadOnlyList<SealedFile> Files => _files;

    /// <summary>Bytes stored so far; what the compressor still holds is not in it.</summary>
    public long StoredBytes => Interlocked.Read(ref _closedBytes) + (Volatile.Read(ref _current)?.StoredBytes ?? 0);

    /// <summary>Writes changes. May be called by several threads.</summary>
    /// <param name="lines">Whole lines, each with its line feed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidItem"/>: a line is no change. Nothing more can be written then, nor the files be closed.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (lines.IsEmpty)
            return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            RequireSound();
            // A part of a batch must not be taken for the whole of it.
            _failed = true;
            var file = _current;
            if (file is null)
                Volatile.Write(ref _current, file = await DataFileWriter.CreateAsync(stores, folder, compression, cancellationToken));
            AddAll(file, lines.Span);
            if (maxFileBytes < DataFileWriter.BufferSize)
                file.Flush();
            await file.WaitForRoomAsync(cancellationToken);
            if (file.StoredBytes >= maxFileBytes)
                await CloseCurrentAsync(cancellationToken);
            _failed = false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the last file; nothing is written afterwards.</summary>
    /// <returns>All files.</returns>
    public async Task<IReadOnlyList<SealedFile>> CloseAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            RequireSound();
            await CloseCurrentAsync(cancellationToken);
            return _files;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_current is not null)
            await _current.DisposeAsync();
        _turn.Dispose();
    }

    private void AddAll(DataFileWriter file, ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            if (end < 0)
                throw new ArgumentException("The last line has no line feed.", nameof(lines));
            var line = lines[..end];
            lines = lines[(end + 1)..];
            try
            {
                _change.Read(line);
            }
            catch (InvalidItemException exception)
            {
                throw new DynamoBackupException(
                    BackupErrorCode.InvalidItem,
                    $"The stream gave a change that is not valid: {exception.Message}. Check that the endpoint is DynamoDB Streams, and what lies between.",
                    null, exception);
            }

            file.Add(line, _change);
        }
    }

    private async Task CloseCurrentAsync(CancellationToken cancellationToken)
    {
        if (_current is not { } file)
            return;
        await using (file)
            _files.Add(await file.CloseAsync(cancellationToken));
        Interlocked.Add(ref _closedBytes, _files[^1].StoredBytes);
        Volatile.Write(ref _current, null);
    }

    private void RequireSound()
    {
        if (_failed)
            throw new InvalidOperationException("A batch of changes could not be written whole; the files that hold it must not become a backup.");
    }
}
