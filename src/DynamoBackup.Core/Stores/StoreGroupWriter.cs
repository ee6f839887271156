namespace DynamoBackup.Stores;

/// <summary>One object being written in several stores at once.</summary>
internal sealed class StoreGroupWriter : StoreWriter
{
    private readonly StoreGroup _group;
    private readonly IReadOnlyList<(IBackupStore Store, StoreWriter Writer)> _members;

    public StoreGroupWriter(StoreGroup group, IReadOnlyList<(IBackupStore Store, StoreWriter Writer)> members)
    {
        _group = group;
        _members = members;
        Stream = new FanOutStream(this);
    }

    /// <inheritdoc/>
    public override Stream Stream { get; }

    /// <inheritdoc/>
    public override async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        // One after another: whoever has room already costs nothing, and the pace is that of the slowest either way.
        foreach (var (store, writer) in _members.Where(member => _group.IsLive(member.Store)))
            await TryAsync(store, () => writer.WaitForRoomAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _members.Where(member => _group.IsLive(member.Store)).Select(member => TryAsync(member.Store, () => new ValueTask(member.Writer.CommitAsync(cancellationToken)))));

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        foreach (var (_, writer) in _members)
            await writer.DisposeAsync();
    }

    private async Task TryAsync(IBackupStore store, Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (DynamoBackupException failure)
        {
            _group.Drop(store, failure);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        foreach (var (store, writer) in _members)
        {
            if (!_group.IsLive(store))
                continue;
            try
            {
                writer.Stream.Write(bytes);
            }
            catch (DynamoBackupException failure)
            {
                _group.Drop(store, failure);
            }
        }
    }

    /// <summary>Hands what is written to every member.</summary>
    private sealed class FanOutStream(StoreGroupWriter owner) : ObjectStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => owner.Write(buffer);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            owner.Write(buffer.Span);
            await owner.WaitForRoomAsync(cancellationToken);
        }
    }
}
