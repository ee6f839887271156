namespace DynamoBackup.Stores.S3;

/// <summary>
/// Writes one object: in one request at the commit where it is smaller than a part, else in parts that are sent as they become full.
/// Writing never waits for the network; <see cref="WaitForRoomAsync"/> does.
/// </summary>
internal sealed class S3ObjectWriter : StoreWriter
{
    private readonly ChunkPool _pool;
    private readonly Func<PartBuffer, CancellationToken, Task> _putWhole;
    private readonly Func<S3Upload> _begin;
    private PartBuffer _part;
    private S3Upload? _upload;
    private bool _committed;

    /// <summary>A writer.</summary>
    /// <param name="pool">The store's memory for parts.</param>
    /// <param name="putWhole">Stores a small object.</param>
    /// <param name="begin">Begins an upload in parts.</param>
    public S3ObjectWriter(ChunkPool pool, Func<PartBuffer, CancellationToken, Task> putWhole, Func<S3Upload> begin)
    {
        _pool = pool;
        _putWhole = putWhole;
        _begin = begin;
        _part = new PartBuffer(pool);
        Stream = new Sink(this);
    }

    /// <inheritdoc/>
    public override Stream Stream { get; }

    /// <inheritdoc/>
    public override ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _upload?.WaitForRoomAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_upload is null)
        {
            await _putWhole(_part, cancellationToken);
        }
        else
        {
            SendPart();
            await _upload.CompleteAsync(cancellationToken);
        }

        _committed = true;
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        if (_upload is not null && !_committed)
            await _upload.AbortAsync();
        _upload?.Dispose();
        _part.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _upload?.ThrowIfFailed();
        while (bytes.Length > 0)
        {
            var room = PartSizes.Of((_upload?.Parts ?? 0) + 1) - _part.Length;
            if (room == 0)
            {
                SendPart();
                continue;
            }

            var count = (int)Math.Min(room, bytes.Length);
            _part.Append(bytes[..count]);
            bytes = bytes[count..];
        }
    }

    private void SendPart()
    {
        _upload ??= _begin();
        _upload.Send(_part);
        _part = new PartBuffer(_pool);
    }

    private sealed class Sink(S3ObjectWriter owner) : ObjectStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => owner.Write(buffer);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // In parts, so that a single huge write does not gather everything in memory at once.
            for (; buffer.Length > 0; buffer = buffer[Math.Min(PartSizes.Smallest, buffer.Length)..])
            {
                owner.Write(buffer.Span[..Math.Min(PartSizes.Smallest, buffer.Length)]);
                await owner.WaitForRoomAsync(cancellationToken);
            }
        }
    }
}
