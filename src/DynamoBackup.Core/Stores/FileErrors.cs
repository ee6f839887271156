namespace DynamoBackup.Stores;

/// <summary>Gives the file system's errors a code and a next step.</summary>
internal static class FileErrors
{
    private const int UnixNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Translates an exception about a path.</summary>
    public static DynamoBackupException Translate(Exception exception, string path, StoreAccess access) => exception switch
    {
        UnauthorizedAccessException => new DynamoBackupException(
            BackupErrorCode.StoreAccessDenied,
            $"No permission to {Verb(access)} '{path}'. Give the account that runs this the right to it, or use another location.", path, exception),
        _ when IsFull(exception) => new DynamoBackupException(
            BackupErrorCode.StoreFull,
            $"No room left to write '{path}'. Free some space or use another location; nothing of this backup is left that looks whole.", path, exception),
        _ => new DynamoBackupException(
            access == StoreAccess.Read ? BackupErrorCode.StoreReadFailed : BackupErrorCode.StoreWriteFailed,
            $"Could not {Verb(access)} '{path}': {exception.Message.TrimEnd('.')}. Check the path and its disk, then run the command again.", path, exception),
    };

    /// <summary>Makes a call about a path; what fails leaves it translated.</summary>
    public static Task Guard(string path, StoreAccess access, Action action) => Guard(path, access, () =>
    {
        action();
        return true;
    });

    /// <summary>Makes a call about a path that has an outcome; what fails leaves it translated.</summary>
    public static Task<T> Guard<T>(string path, StoreAccess access, Func<T> action)
    {
        try
        {
            return Task.FromResult(action());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<T>(Translate(exception, path, access));
        }
        catch (DynamoBackupException exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    /// <summary>True where a disk or a quota has no room left.</summary>
    public static bool IsFull(Exception exception) => exception.HResult is UnixNoSpace or LinuxQuota or WindowsDiskFull or WindowsHandleDiskFull;

    private static string Verb(StoreAccess access) => access == StoreAccess.Read ? "read" : "write";
}
