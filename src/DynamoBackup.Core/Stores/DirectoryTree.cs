namespace DynamoBackup.Stores;

/// <summary>The folders and files below a store's root: where objects lie, what there is, and what is passed over. Its methods throw what the file system throws.</summary>
/// <param name="root">The root's absolute path.</param>
internal sealed class DirectoryTree(string root)
{
    /// <summary>The path of an object, or of a folder of objects.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.UnsafePath"/>: it is no name that stays inside the store.</exception>
    public string PathOf(string key) => Path.Combine(root, StoreKey.Validate(key).Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The path of a folder that is listed; the root's for an empty name.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.UnsafePath"/>: it is no name that stays inside the store.</exception>
    public string FolderOf(string folder) => folder.Length == 0 ? root : PathOf(folder);

    /// <summary>Refuses a path on which a link stands.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.UnsafePath"/>: one does.</exception>
    public void RefuseLinks(string path)
    {
        for (var part = path; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
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

    /// <summary>Whether there is a file.</summary>
    public static bool IsFile(string path) => AttributesOf(path) is { } attributes && (attributes & FileAttributes.Directory) == 0;

    /// <summary>Whether there is a folder.</summary>
    public static bool IsFolder(string path) => AttributesOf(path) is { } attributes && (attributes & FileAttributes.Directory) != 0;

    /// <summary>An object by its file.</summary>
    public static StoreEntry EntryOf(string key, FileInfo file) => new(key, file.Length) { Modified = file.LastWriteTimeUtc };

    /// <summary>All objects below a folder, by their names; none where there is no such folder.</summary>
    public List<StoreEntry> Objects(string path) => IsFolder(path)
        ? new DirectoryInfo(path).EnumerateFiles("*", Everything(recurse: true))
            .Select(file => EntryOf(KeyOf(file.FullName), file)).Where(entry => !IsHidden(entry.Key))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList()
        : [];

    /// <summary>The names of a folder's folders; none where there is no such folder.</summary>
    public static List<string> Folders(string path) => IsFolder(path)
        ? new DirectoryInfo(path).EnumerateDirectories("*", Everything(recurse: false))
            .Select(directory => directory.Name).Where(name => !IsHidden(name)).Order(StringComparer.Ordinal).ToList()
        : [];

    /// <summary>Deletes the files below a folder that a writer has left unfinished.</summary>
    public void DeleteTemporary(string path)
    {
        if (!IsFolder(path))
            return;
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", Everything(recurse: true)).Where(file => DirectoryStoreWriter.IsTemporary(file.Name)).ToList())
        {
            file.Delete();
            RemoveEmptyFolders(file.DirectoryName!);
        }
    }

    /// <summary>As in an object store, a folder that holds nothing is not there; the store's own root stays.</summary>
    public void RemoveEmptyFolders(string folder)
    {
        try
        {
            for (; folder.Length > root.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
                Directory.Delete(folder);
        }
        catch (IOException exception)
        {
            // Another writer has put something into it, or has removed it, since it was looked at: either way there is nothing left to do.
            System.Diagnostics.Trace.WriteLine(exception.Message);
        }
    }

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

    private string KeyOf(string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
}
