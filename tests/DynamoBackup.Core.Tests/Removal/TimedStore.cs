using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>A store in memory whose objects were all written at one time.</summary>
internal sealed class TimedStore(MemoryStore store, DateTimeOffset written) : IBackupStore
{
    public string Location => store.Location;

    public StorePlace Place => store.Place;

    public void Dispose() => store.Dispose();

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => store.EnsureExistsAsync(cancellationToken);

    public Task PrepareAsync(CancellationToken cancellationToken) => store.PrepareAsync(cancellationToken);

    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => store.CreateAsync(key, cancellationToken);

    public Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => store.PutIfAbsentAsync(key, content, cancellationToken);

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => store.ReadVersionAsync(key, limit, cancellationToken);

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(key, content, version, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => store.OpenReadAsync(key, cancellationToken);

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
            yield return entry with { Modified = written };
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => store.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);
}
