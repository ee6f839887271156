using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>
/// A store in memory, for tests that damage a backup in many ways. It keeps the same contract as the real ones, and shows that the contract's
/// tests ask for nothing that only a folder can do.
/// </summary>
internal sealed class MemoryStore : IBackupStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public string Location => "memory";

    public StorePlace Place => StorePlace.Folder;

    public void Dispose()
    {
    }

    /// <summary>The objects' bytes by name, to look at and to damage.</summary>
    public byte[] this[string name]
    {
        get => _objects[name];
        set => _objects[name] = value;
    }

    public ICollection<string> Names => _objects.Keys;

    /// <summary>Called with the name before an object is put; what it throws is the store's failure.</summary>
    public Action<string>? BeforePut { get; set; }

    public MemoryStore Copy()
    {
        var copy = new MemoryStore();
        foreach (var (name, content) in _objects)
            copy._objects[name] = (byte[])content.Clone();
        return copy;
    }

    public void Remove(string name) => Assert.True(_objects.TryRemove(name, out _), $"There is no '{name}' to remove.");

    public Task EnsureExistsAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<StoreWriter>(new Writer(this, StoreKey.Validate(key)));

    public Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BeforePut?.Invoke(key);
        return _objects.GetOrAdd(StoreKey.Validate(key), content.ToArray()).AsSpan().SequenceEqual(content.Span)
            ? Task.CompletedTask
            : Task.FromException(new DynamoBackupException(BackupErrorCode.StoreConflict, $"'{key}' is taken.", key));
    }

    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => Task.FromResult(
        !_objects.TryGetValue(StoreKey.Validate(key), out var content) ? null
        : content.Length > limit ? throw new DynamoBackupException(BackupErrorCode.ManifestDamaged, $"'{key}' is too large.", key)
        : new StoreVersion(content, VersionOf(content), TimeSpan.Zero));

    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        BeforePut?.Invoke(key);
        var bytes = content.ToArray();
        var isDone = _objects.TryGetValue(StoreKey.Validate(key), out var present)
            ? VersionOf(present) == VersionOf(bytes) || (VersionOf(present) == version && _objects.TryUpdate(key, bytes, present))
            : version is null && _objects.TryAdd(key, bytes);
        return Task.FromResult(isDone ? VersionOf(bytes) : null);
    }

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(_objects.TryGetValue(StoreKey.Validate(key), out var content) ? new MemoryStream(content, writable: false) : null);

    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(_objects.TryGetValue(StoreKey.Validate(key), out var content) ? new StoreEntry(key, content.Length) : null);

    public async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var (name, content) in Below(folder))
            yield return new StoreEntry(name, content.Length);
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var names = Below(folder).Select(entry => entry.Key[(folder.Length == 0 ? 0 : folder.Length + 1)..]);
        foreach (var name in names.Where(name => name.Contains('/')).Select(name => name.Split('/')[0]).Distinct().Order(StringComparer.Ordinal))
            yield return name;
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        _objects.TryRemove(StoreKey.Validate(key), out _);
        return Task.CompletedTask;
    }

    private static string VersionOf(byte[] content) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content));

    private IEnumerable<KeyValuePair<string, byte[]>> Below(string folder)
    {
        var prefix = folder.Length == 0 ? "" : StoreKey.Validate(folder) + "/";
        return _objects.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal);
    }

    private sealed class Writer(MemoryStore store, string name) : StoreWriter
    {
        private readonly MemoryStream _content = new();

        public override Stream Stream => _content;

        public override Task CommitAsync(CancellationToken cancellationToken)
        {
            store._objects[name] = _content.ToArray();
            return Task.CompletedTask;
        }

        protected override ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;
    }
}

public sealed class MemoryStoreContractTests : StoreContractTests
{
    protected override ValueTask<IBackupStore> OpenAsync() => ValueTask.FromResult<IBackupStore>(new MemoryStore());
}
