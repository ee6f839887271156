using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>A store that fails at the nth change made to it, before or after it has been made: as if the machine had been switched off there.</summary>
internal sealed class FaultyStore(IBackupStore store, int failAt, bool afterwards) : IBackupStore
{
    private int _changes;

    public string Location => store.Location;

    public StorePlace Place => store.Place;

    /// <summary>Whether the failure has come.</summary>
    public bool HasFailed => _changes >= failAt;

    public void Dispose() => store.Dispose();

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => store.EnsureExistsAsync(cancellationToken);

    public Task PrepareAsync(CancellationToken cancellationToken) => store.PrepareAsync(cancellationToken);

    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) => store.CreateAsync(key, cancellationToken);

    public Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.PutIfAbsentAsync(key, content, cancellationToken));

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => store.ReadVersionAsync(key, limit, cancellationToken);

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(key, content, version, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => store.OpenReadAsync(key, cancellationToken);

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoreEntry> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => store.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => ChangeAsync(() => store.DeleteAsync(key, cancellationToken));

    private async Task ChangeAsync(Func<Task> change)
    {
        var fails = ++_changes >= failAt;
        if (!fails || afterwards)
            await change();
        if (fails)
            throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, "The store has gone away.");
    }
}
