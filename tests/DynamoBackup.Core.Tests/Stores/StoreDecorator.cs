using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>A store that passes everything on to another one; what a test wants otherwise it overrides.</summary>
internal abstract class StoreDecorator(IBackupStore store) : IBackupStore
{
    public string Location => store.Location;

    public StorePlace Place => store.Place;

    public void Dispose() => store.Dispose();

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => store.EnsureExistsAsync(cancellationToken);

    public Task PrepareAsync(CancellationToken cancellationToken) => store.PrepareAsync(cancellationToken);

    public virtual Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => store.CreateAsync(key, cancellationToken);

    public virtual Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => store.PutIfAbsentAsync(key, content, cancellationToken);

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => store.ReadVersionAsync(key, limit, cancellationToken);

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(key, content, version, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => store.OpenReadAsync(key, cancellationToken);

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public virtual IAsyncEnumerable<StoreEntry> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => store.ListFoldersAsync(folder, cancellationToken);

    public virtual Task DeleteAsync(string key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);
}
