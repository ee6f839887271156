namespace DynamoBackup.Segments;

/// <summary>Cuts a stream into lines with a buffer that grows to the longest line and no further than a limit.</summary>
internal sealed class LineReader(Stream source)
{
    /// <summary>
    /// Longest line read, in bytes. An item has 400 KB at most; its JSON can be several times that (escapes, base64, one-byte list
    /// elements), but never this much.
    /// </summary>
    public const int MaxLineBytes = 16 << 20;

    private const int InitialBufferSize = 256 * 1024;
    private byte[] _buffer = new byte[InitialBufferSize];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _ended;

    /// <summary>Decompressed bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Lines returned so far, empty ones included.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Reads more, so that <see cref="TryRead"/> may find lines again.</summary>
    /// <returns>False at the end, when no line is left.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidItem"/>: a line is longer than any item's can be.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return _start < _end;
        MakeRoom();
        var count = await source.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _ended = count == 0;
        _end += count;
        BytesRead += count;
        return !_ended || _start < _end;
    }

    /// <summary>The next line, without its line feed; valid until the next call of <see cref="FillAsync"/>.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var feed = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (feed < 0 && !(_ended && _start < _end))
        {
            _scanned = _end;
            line = default;
            return false;
        }

        var lineEnd = feed < 0 ? _end : _scanned + feed;
        line = _buffer.AsMemory(_start, lineEnd - _start);
        _start = _scanned = feed < 0 ? _end : lineEnd + 1;
        if (line.Length > 0 && line.Span[^1] == (byte)'\r')
            line = line[..^1];
        LineNumber++;
        return true;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
            return;
        if (_buffer.Length >= MaxLineBytes)
            throw new DynamoBackupException(BackupErrorCode.InvalidItem, $"Line {LineNumber + 1} is longer than {MaxLineBytes:N0} bytes, which no item can be.");
        Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxLineBytes));
    }
}
