using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Verify;

/// <summary>A store whose objects fail halfway through being read.</summary>
internal sealed class FailingStore(MemoryStore store, Exception failure) : IBackupStore
{
    public string Location => store.Location;

    public StorePlace Place => store.Place;

    public void Dispose()
    {
    }

    public async Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        await store.FindAsync(key, cancellationToken) is { } entry ? new FailingStream(store[key][..(int)(entry.Length / 2)], failure) : null;

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoreEntry> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => store.ListFoldersAsync(folder, cancellationToken);

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => store.EnsureExistsAsync(cancellationToken);

    public Task PrepareAsync(CancellationToken cancellationToken) => throw new NotSupportedException("Verification only reads.");

    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException("Verification only reads.");

    public Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException("Verification only reads.");

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => throw new NotSupportedException("Verification needs no versions.");

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) => throw new NotSupportedException("Verification only reads.");

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException("Verification only reads.");
}
