namespace DynamoBackup.Stores;

/// <summary>An object being written, as a stream: its bytes come in order, once, and nothing can be read or moved.</summary>
internal abstract class ObjectStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw InOrder();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw InOrder();
        set => throw InOrder();
    }

    /// <inheritdoc/>
    public abstract override void Write(ReadOnlySpan<byte> buffer);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public override void Flush()
    {
        // Durability is the commit's business; a compressor's flush needs nothing here.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The object is being written.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw InOrder();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw InOrder();

    private static NotSupportedException InOrder() => new("Objects are written in order.");
}
