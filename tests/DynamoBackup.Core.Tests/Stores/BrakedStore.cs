using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>A store whose writers wait for room, or fail at a step.</summary>
internal sealed class BrakedStore(MemoryStore store) : StoreDecorator(store)
{
    /// <summary>What a writer waits for.</summary>
    public Func<Task> Room { get; init; } = () => Task.CompletedTask;

    /// <summary>The step at which a writer fails: <c>write</c>, <c>room</c> or <c>commit</c>; null for none.</summary>
    public string? FailsAt { get; init; }

    public override async Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => new Writer(this, await base.CreateAsync(key, cancellationToken));

    private void FailAt(string step)
    {
        if (step == FailsAt)
            throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, "Not today.", step);
    }

    private sealed class Writer(BrakedStore owner, StoreWriter writer) : StoreWriter
    {
        public override Stream Stream { get; } = new Sink(owner, writer.Stream);

        public override async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
        {
            owner.FailAt("room");
            await owner.Room();
        }

        public override Task CommitAsync(CancellationToken cancellationToken)
        {
            owner.FailAt("commit");
            return writer.CommitAsync(cancellationToken);
        }

        protected override ValueTask DisposeCoreAsync() => writer.DisposeAsync();
    }

    private sealed class Sink(BrakedStore owner, Stream stream) : ObjectStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            owner.FailAt("write");
            stream.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
