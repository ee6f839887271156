using System.Security.Cryptography;

namespace DynamoBackup.Stores;

/// <summary>Writes one file under a temporary name and renames it when committed.</summary>
internal sealed class DirectoryStoreWriter : StoreWriter
{
    private const int BufferSize = 128 * 1024;
    private readonly string _path;
    private readonly string _temporary;
    private readonly Action<string> _removeEmptyFolders;
    private readonly FileStream _file;
    private readonly GuardedFileStream _stream;
    private bool _renamed;

    /// <summary>Whether a file is one that was being written, as its name says: a dot, the object's name, eight digits.</summary>
    public static bool IsTemporary(string name) => name is ['.', .., '.', 't', 'm', 'p'] && name.Length > 14 && name[^13] == '.';

    public DirectoryStoreWriter(string path, Action<string> removeEmptyFolders)
    {
        _path = path;
        _removeEmptyFolders = removeEmptyFolders;
        _temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp");
        _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
        _stream = new GuardedFileStream(_file, path);
    }

    /// <inheritdoc/>
    public override Stream Stream => _stream;

    /// <inheritdoc/>
    public override Task CommitAsync(CancellationToken cancellationToken) => FinishAsync(overwrite: true, cancellationToken);

    /// <summary>Commits unless the name is taken.</summary>
    /// <returns>False where it is.</returns>
    public Task<bool> TryCommitNewAsync(CancellationToken cancellationToken) => FinishAsync(overwrite: false, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        try
        {
            await _file.DisposeAsync();
        }
        catch (IOException)
        {
            // What could not be flushed belongs to a file that is about to be removed; a commit has flushed already.
            _renamed = false;
        }

        if (_renamed)
            return;
        try
        {
            File.Delete(_temporary);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone has taken the whole folder away: the file is gone with it, and what the writing came to is told by its own error.
            return;
        }

        _removeEmptyFolders(Path.GetDirectoryName(_path)!);
    }

    private async Task<bool> FinishAsync(bool overwrite, CancellationToken cancellationToken)
    {
        try
        {
            await _file.FlushAsync(cancellationToken);
            _file.Flush(flushToDisk: true);
            await _file.DisposeAsync();
            if (overwrite)
                File.Move(_temporary, _path, overwrite: true);
            else if (!ExclusiveRename.TryMove(_temporary, _path))
                return false;
            _renamed = true;
            DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, _path, StoreAccess.Write);
        }
    }
}
