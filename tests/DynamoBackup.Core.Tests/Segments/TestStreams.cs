namespace DynamoBackup.Core.Tests.Segments;

/// <summary>A source that must be read asynchronously.</summary>
internal abstract class SourceStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Give(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Give(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Give(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected abstract int Give(Span<byte> buffer);
}

/// <summary>Gives its bytes in pieces of random lengths, as a network does.</summary>
internal sealed class ChoppedStream(byte[] content, int seed, int most) : SourceStream
{
    private readonly Random _random = new(seed);
    private int _position;

    protected override int Give(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(buffer.Length, content.Length - _position), _random.Next(1, most + 1));
        content.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}

/// <summary>Gives a beginning, and then one byte for ever.</summary>
internal sealed class EndlessStream(byte[] beginning) : SourceStream
{
    /// <summary>Bytes given so far.</summary>
    public long Given { get; private set; }

    protected override int Give(Span<byte> buffer)
    {
        var fromBeginning = beginning.AsSpan((int)Math.Min(Given, beginning.Length));
        var count = fromBeginning.IsEmpty ? buffer.Length : Math.Min(fromBeginning.Length, buffer.Length);
        if (fromBeginning.IsEmpty)
            buffer.Fill(beginning[^1]);
        else
            fromBeginning[..count].CopyTo(buffer);
        Given += count;
        return count;
    }
}

/// <summary>Gives some bytes and then fails, as a disk or a network does.</summary>
internal sealed class FailingStream(byte[] content, Exception failure) : SourceStream
{
    private int _position;

    protected override int Give(Span<byte> buffer)
    {
        if (_position == content.Length)
            throw failure;
        var count = Math.Min(buffer.Length, content.Length - _position);
        content.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
