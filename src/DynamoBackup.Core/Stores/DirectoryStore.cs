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

    /// <summary>A store at a path.</summary>
    /// <param name="root">The folder's absolute path.</param>
    public DirectoryStore(string root)
    {
        _root = root;
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
    public Task EnsureExistsAsync(CancellationToken cancellationToken) => Guard(_root, StoreAccess.Read, () =>
    {
        if (!IsFolder(_root))
        {
            var hint = File.Exists(_root) ? "it is a file, not a folder" : "there is no such folder";
            throw new DynamoBackupException(BackupErrorCode.StoreNotFound, $"The store '{_root}' cannot be opened: {hint}. Check the path, and that its drive is mounted.", _root);
        }

        // Fails where the folder may not be listed.
        _ = Directory.EnumerateFileSystemEntries(_root).Any();
    });

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Guard(_root, StoreAccess.Write, () =>
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
        var path = PathOf(key);
        return Guard<StoreWriter>(path, StoreAccess.Write, () =>
        {
            RefuseLinks(path);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    return new DirectoryStoreWriter(path, RemoveEmptyFolders);
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
        if (present is null || !await HoldsAsync(present, content, cancellationToken))
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
        var age = await Guard(key, StoreAccess.Read, () => DateTime.UtcNow - File.GetLastWriteTimeUtc(stream.SafeFileHandle));
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
        var held = await FileReplacement.LockAsync(PathOf(key), cancellationToken);
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
            if (version is null && !IsFile(PathOf(key)))
                File.Delete(FileReplacement.LockOf(PathOf(key)));
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return Guard<Stream?>(path, StoreAccess.Read, () =>
        {
            RefuseLinks(path);
            return IsFile(path)
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null;
        });
    }

    /// <inheritdoc/>
    public Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return Guard(path, StoreAccess.Read, () =>
        {
            RefuseLinks(path);
            return IsFile(path) ? EntryOf(key, new FileInfo(path)) : null;
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = folder.Length == 0 ? _root : PathOf(folder);
        var files = await Guard(path, StoreAccess.Read, () =>
        {
            RefuseLinks(path);
            return IsFolder(path)
                ? new DirectoryInfo(path).EnumerateFiles("*", Everything(recurse: true))
                    .Select(file => EntryOf(KeyOf(file.FullName), file)).Where(entry => !IsHidden(entry.Key))
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList()
                : [];
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
        var path = folder.Length == 0 ? _root : PathOf(folder);
        var names = await Guard(path, StoreAccess.Read, () =>
        {
            RefuseLinks(path);
            return IsFolder(path)
                ? new DirectoryInfo(path).EnumerateDirectories("*", Everything(recurse: false))
                    .Select(directory => directory.Name).Where(name => !IsHidden(name)).Order(StringComparer.Ordinal).ToList()
                : [];
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
        var path = PathOf(key);
        return Guard(path, StoreAccess.Write, () =>
        {
            RefuseLinks(path);
            if (!IsFile(path))
                return;
            // Its lock file first: the folder may be gone when the last object is.
            File.Delete(FileReplacement.LockOf(path));
            File.Delete(path);
            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        });
    }

    /// <inheritdoc/>
    public Task DeleteLeftoversAsync(string folder, CancellationToken cancellationToken)
    {
        var path = PathOf(folder);
        return Guard(path, StoreAccess.Write, () =>
        {
            RefuseLinks(path);
            if (!IsFolder(path))
                return;
            foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", Everything(recurse: true)).Where(file => DirectoryStoreWriter.IsTemporary(file.Name)).ToList())
            {
                file.Delete();
                RemoveEmptyFolders(file.DirectoryName!);
            }
        });
    }

    private static StoreEntry EntryOf(string key, FileInfo file) => new(key, file.Length) { Modified = file.LastWriteTimeUtc };

    /// <summary>As in an object store, a folder that holds nothing is not there; the store's own root stays.</summary>
    private void RemoveEmptyFolders(string folder)
    {
        try
        {
            for (; folder.Length > _root.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
                Directory.Delete(folder);
        }
        catch (IOException exception)
        {
            // Another writer has put something into it, or has removed it, since it was looked at: either way there is nothing left to do.
            System.Diagnostics.Trace.WriteLine(exception.Message);
        }
    }

    private static bool IsFile(string path) => AttributesOf(path) is { } attributes && (attributes & FileAttributes.Directory) == 0;

    private static bool IsFolder(string path) => AttributesOf(path) is { } attributes && (attributes & FileAttributes.Directory) != 0;

    /// <summary>What there is at a path; null where there is nothing. Unlike <see cref="File.Exists"/>, it does not say so of what may not be looked at.</summary>
    private static FileAttributes? AttributesOf(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            return null;
        }
    }

    private static EnumerationOptions Everything(bool recurse) => new()
    {
        RecurseSubdirectories = recurse,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Objects being written, and what file systems keep for themselves (snapshots, lost files), begin with a dot somewhere.</summary>
    private static bool IsHidden(string key) => key.StartsWith('.') || key.Contains("/.", StringComparison.Ordinal);

    private static async Task<bool> HoldsAsync(Stream present, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = new byte[content.Length + 1];
        var length = await present.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return content.Span.SequenceEqual(bytes.AsSpan(0, length));
    }

    private static Task Guard(string path, StoreAccess access, Action action) => Guard(path, access, () =>
    {
        action();
        return true;
    });

    private static Task<T> Guard<T>(string path, StoreAccess access, Func<T> action)
    {
        try
        {
            return Task.FromResult(action());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<T>(FileErrors.Translate(exception, path, access));
        }
        catch (DynamoBackupException exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private string PathOf(string key) => Path.Combine(_root, StoreKey.Validate(key).Replace('/', Path.DirectorySeparatorChar));

    private string KeyOf(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');

    private void RefuseLinks(string path)
    {
        for (var part = path; part.Length > _root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw new DynamoBackupException(
                    BackupErrorCode.UnsafePath,
                    $"'{part}' is a link. Links inside a store are not followed, for they may point outside it: replace it by what it points to.",
                    part);
            }
        }
    }
}
