using System.Runtime.CompilerServices;

namespace DynamoBackup.Stores;

/// <summary>
/// A store in a folder. An object is written under a temporary name (a leading dot, which listing passes over) in the folder that it will
/// live in, flushed to disk, and renamed.
/// </summary>
public sealed class DirectoryStore : IBackupStore
{
    private const int CreateAttempts = 20;
    private readonly string _root;
    private readonly DirectoryTree _tree;

    /// <summary>A store at a path.</summary>
    /// <param name="root">The folder's absolute path.</param>
    public DirectoryStore(string root)
    {
        _root = root;
        _tree = new DirectoryTree(root);
    }

    /// <inheritdoc/>
    public string Location => _root;

    /// <inheritdoc/>
    public StorePlace Place => StorePlace.Folder;

    /// <inheritdoc/>
    public void Dispose()
    {
        // A folder is not held open between calls.
    }

    /// <inheritdoc/>
    public Task EnsureExistsAsync(CancellationToken cancellationToken) => FileErrors.Guard(_root, StoreAccess.Read, () =>
    {
        if (!DirectoryTree.IsFolder(_root))
        {
            var hint = File.Exists(_root) ? "it is a file, not a folder" : "there is no such folder";
            throw new DynamoBackupException(BackupErrorCode.StoreNotFound, $"The store '{_root}' cannot be opened: {hint}. Check the path, and that its drive is mounted.", _root);
        }

        // Fails where the folder may not be listed.
        _ = Directory.EnumerateFileSystemEntries(_root).Any();
    });

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => FileErrors.Guard(_root, StoreAccess.Write, () =>
    {
        if (Directory.Exists(_root))
            return;
        if (File.Exists(_root))
            throw new DynamoBackupException(BackupErrorCode.StoreNotFound, $"The destination '{_root}' is a file. Give a folder.", _root);
        var parent = Path.GetDirectoryName(_root);
        if (parent is not null && !Directory.Exists(parent))
        {
            throw new DynamoBackupException(
                BackupErrorCode.StoreNotFound,
                $"The destination's parent folder '{parent}' does not exist. Create it first; only the last folder of a destination is created, so that a mistyped path or an unmounted drive is noticed.",
                _root);
        }

        Directory.CreateDirectory(_root);
    });

    /// <inheritdoc/>
    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken)
    {
        var path = _tree.PathOf(key);
        return FileErrors.Guard<StoreWriter>(path, StoreAccess.Write, () =>
        {
            _tree.RefuseLinks(path);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    return new DirectoryStoreWriter(path, _tree.RemoveEmptyFolders);
                }
                catch (IOException) when (attempt < CreateAttempts)
                {
                    // Most likely another writer has just taken the folder away because it was empty; what is wrong for good fails again.
                    continue;
                }
            }
        });
    }

    /// <inheritdoc/>
    public async Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var writer = (DirectoryStoreWriter)await CreateAsync(key, cancellationToken);
        await writer.Stream.WriteAsync(content, cancellationToken);
        if (await writer.TryCommitNewAsync(cancellationToken))
            return;
        await using var present = await OpenReadAsync(key, cancellationToken);
        if (present is null || !await present.HoldsAsync(content, cancellationToken))
        {
            throw new DynamoBackupException(
                BackupErrorCode.StoreConflict,
                $"Another writer has stored something else as '{key}' in {_root}. Nothing was replaced; run the backup again.",
                key);
        }
    }

    /// <inheritdoc/>
    public async Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken)
    {
        await using var stream = (FileStream?)await OpenReadAsync(key, cancellationToken);
        if (stream is null)
            return null;
        var content = await stream.ReadLimitedAsync(key, limit, cancellationToken);
        var age = await FileErrors.Guard(key, StoreAccess.Read, () => DateTime.UtcNow - File.GetLastWriteTimeUtc(stream.SafeFileHandle));
        return new StoreVersion(content, FileReplacement.VersionOf(content), age);
    }

    /// <inheritdoc/>
    public async Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        var wanted = FileReplacement.VersionOf(content.Span);
        // Nothing is made, not even a lock file, in the folder of an object that is gone.
        if (version is not null && await FindAsync(key, cancellationToken) is null)
            return null;
        // The writer comes first, for it makes the folder.
        await using var writer = (DirectoryStoreWriter)await CreateAsync(key, cancellationToken);
        await writer.Stream.WriteAsync(content, cancellationToken);
        var held = await FileReplacement.LockAsync(_tree.PathOf(key), cancellationToken);
        try
        {
            var present = (await ReadVersionAsync(key, long.MaxValue, cancellationToken))?.Version;
            if (present == wanted)
                return wanted;
            if (present != version)
                return null;
            await writer.CommitAsync(cancellationToken);
            return wanted;
        }
        finally
        {
            await held.DisposeAsync();
            // A lock file goes with its object; where there never was one, nothing else would take it away.
            if (version is null && !DirectoryTree.IsFile(_tree.PathOf(key)))
                File.Delete(FileReplacement.LockOf(_tree.PathOf(key)));
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken)
    {
        var path = _tree.PathOf(key);
        return FileErrors.Guard<Stream?>(path, StoreAccess.Read, () =>
        {
            _tree.RefuseLinks(path);
            return DirectoryTree.IsFile(path)
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null;
        });
    }

    /// <inheritdoc/>
    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var path = _tree.PathOf(key);
        return FileErrors.Guard(path, StoreAccess.Read, () =>
        {
            _tree.RefuseLinks(path);
            return DirectoryTree.IsFile(path) ? DirectoryTree.EntryOf(key, new FileInfo(path)) : null;
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = _tree.FolderOf(folder);
        var files = await FileErrors.Guard(path, StoreAccess.Read, () =>
        {
            _tree.RefuseLinks(path);
            return _tree.Objects(path);
        });
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = _tree.FolderOf(folder);
        var names = await FileErrors.Guard(path, StoreAccess.Read, () =>
        {
            _tree.RefuseLinks(path);
            return DirectoryTree.Folders(path);
        });
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return name;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = _tree.PathOf(key);
        return FileErrors.Guard(path, StoreAccess.Write, () =>
        {
            _tree.RefuseLinks(path);
            if (!DirectoryTree.IsFile(path))
                return;
            // Its lock file first: the folder may be gone when the last object is.
            File.Delete(FileReplacement.LockOf(path));
            File.Delete(path);
            _tree.RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        });
    }

    /// <inheritdoc/>
    public Task DeleteLeftoversAsync(string folder, CancellationToken cancellationToken)
    {
        var path = _tree.PathOf(folder);
        return FileErrors.Guard(path, StoreAccess.Write, () =>
        {
            _tree.RefuseLinks(path);
            _tree.DeleteTemporary(path);
        });
    }
}
