using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>A store whose writers wait for room, or fail at a step.</summary>
internal sealed class BrakedStore(MemoryStore store) : IBackupStore
{
    /// <summary>What a writer waits for.</summary>
    public Func<Task> Room { get; init; } = () => Task.CompletedTask;

    /// <summary>The step at which a writer fails: <c>write</c>, <c>room</c> or <c>commit</c>; null for none.</summary>
    public string? FailsAt { get; init; }

    public string Location => store.Location;

    public StorePlace Place => store.Place;

    public void Dispose() => store.Dispose();

    public async Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => new Writer(this, await store.CreateAsync(key, cancellationToken));

    public Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => store.PutIfAbsentAsync(key, content, cancellationToken);

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => store.ReadVersionAsync(key, limit, cancellationToken);

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(key, content, version, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => store.OpenReadAsync(key, cancellationToken);

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoreEntry> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => store.ListFoldersAsync(folder, cancellationToken);

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => store.EnsureExistsAsync(cancellationToken);

    public Task PrepareAsync(CancellationToken cancellationToken) => store.PrepareAsync(cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);

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
