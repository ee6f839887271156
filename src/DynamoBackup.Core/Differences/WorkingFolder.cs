using System.Security.Cryptography;
using DynamoBackup.Stores;
using Microsoft.Win32.SafeHandles;

namespace DynamoBackup.Differences;

/// <summary>
/// A folder for one run's temporary files, which hold keys: on systems with POSIX permissions only its owner may enter it. It is deleted with all that is in it when the run ends. A file beside
/// it, open and locked for as long as the run lives, tells it from what a killed run has left; the next run removes that.
/// </summary>
internal sealed class WorkingFolder : IDisposable
{
    private const string Prefix = "differences-";
    private const string LockSuffix = ".lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Remedy = "Free some space, or give a folder on another disk with -WorkingDirectory.";

    private readonly FileStream _lock;
    private readonly IRunOutput _output;
    private readonly string _root;
    private readonly string _path;

    private WorkingFolder(string root, string path, FileStream held, IRunOutput output) => (_root, _path, _lock, _output) = (root, path, held, output);

    /// <summary>Makes a folder for this run and removes what killed runs have left.</summary>
    /// <param name="directory">The folder to make it in; null takes one of the user's own.</param>
    /// <param name="output">Told what is removed.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.WorkingDirectoryFailed"/>: it cannot be made.</exception>
    public static WorkingFolder Open(string? directory, IRunOutput output)
    {
        var root = directory ?? DefaultRoot();
        try
        {
            MakePrivate(root);
            RemoveLeftOvers(root, output);
            while (true)
            {
                var path = Path.Combine(root, Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
                // Another run's clean-up may have taken it for a left-over between its creation and its lock.
                if (TryLock(path + LockSuffix, FileMode.CreateNew) is not { } held)
                    continue;
                MakePrivate(path);
                return new WorkingFolder(root, path, held, output);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception, root);
        }
    }

    /// <summary>Refuses to begin where there is not enough room.</summary>
    /// <param name="needed">Bytes that the run needs at most.</param>
    /// <param name="what">What needs them.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.WorkingDirectoryFull"/>.</exception>
    public void RequireSpace(long needed, string what = "comparison")
    {
        long free;
        try
        {
            free = new DriveInfo(_path).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _output.Verbose($"How much room there is in '{_root}' could not be found out ({exception.Message.TrimEnd('.')}); the {what} needs up to {needed:N0} bytes.");
            return;
        }

        if (free < needed)
        {
            throw new DynamoBackupException(
                BackupErrorCode.WorkingDirectoryFull,
                $"The {what} needs up to {needed:N0} bytes for temporary files, and '{_root}' has {free:N0} free. {Remedy}", _root);
        }

        _output.Verbose($"Temporary files of up to {needed:N0} bytes go to '{_root}', which has {free:N0} free.");
    }

    /// <summary>Creates a file that goes when it is closed.</summary>
    public SafeFileHandle Create(string name)
    {
        try
        {
            return File.OpenHandle(Path.Combine(_path, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Makes a folder in it, as private as it is, which goes with it.</summary>
    public string CreateFolder(string name)
    {
        try
        {
            var path = Path.Combine(_path, name);
            MakePrivate(path);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(exception);
        }
    }

    /// <summary>Gives an error of the folder's files a code and a next step.</summary>
    public DynamoBackupException Failed(Exception exception) => Failed(exception, _root);

    /// <summary>What there is no room left for.</summary>
    public DynamoBackupException Full(Exception exception) => Full(exception, _root);

    /// <inheritdoc/>
    public void Dispose()
    {
        TryRemove(_path, _lock, _output);
    }

    private static DynamoBackupException Failed(Exception exception, string root) => FileErrors.IsFull(exception)
        ? Full(exception, root)
        : new DynamoBackupException(
            BackupErrorCode.WorkingDirectoryFailed,
            $"The temporary files in '{root}' cannot be used: {exception.Message.TrimEnd('.')}. Give the account that runs this the right to the folder, or another folder with -WorkingDirectory.", root, exception);

    private static DynamoBackupException Full(Exception exception, string root) =>
        new(BackupErrorCode.WorkingDirectoryFull, $"No room left for temporary files in '{root}'. {Remedy}", root, exception);

    private static string DefaultRoot() => UserFolder.Find()
        ?? throw new DynamoBackupException(BackupErrorCode.WorkingDirectoryFailed, "This account has no folder for local data (no HOME), so there is no place for temporary files. Give one with -WorkingDirectory.");

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    private static void RemoveLeftOvers(string root, IRunOutput output)
    {
        foreach (var file in Directory.GetFiles(root, Prefix + "*" + LockSuffix))
        {
            // Whoever is alive holds it.
            if (TryLock(file, FileMode.Open) is not { } held)
                continue;
            var path = file[..^LockSuffix.Length];
            if (TryRemove(path, held, output))
                output.Verbose($"Removed '{path}', the temporary files of a run that was killed.");
        }
    }

    private static FileStream? TryLock(string file, FileMode mode)
    {
        try
        {
            var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew)
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(file, options);
        }
        catch (Exception exception) when (IsTaken(exception, file, mode))
        {
            return null;
        }
    }

    /// <summary>Another's, whether it is locked, belongs to another user, or has just been removed.</summary>
    private static bool IsTaken(Exception exception, string file, FileMode mode) => mode == FileMode.Open
        ? exception is IOException or UnauthorizedAccessException
        : exception is IOException && File.Exists(file);

    /// <summary>The folder first: as long as there is one, there is the file that tells whose it is.</summary>
    private static bool TryRemove(string path, FileStream held, IRunOutput output)
    {
        var file = held.Name;
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            held.Dispose();
            File.Delete(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            output.Warning($"Temporary files in '{path}' could not be removed ({exception.Message.TrimEnd('.')}): delete that folder by hand.");
            return false;
        }
    }
}
