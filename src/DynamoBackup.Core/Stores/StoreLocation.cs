using DynamoBackup.Stores.S3;

namespace DynamoBackup.Stores;

/// <summary>Opens the store that a path or URI means.</summary>
public static class StoreLocation
{
    /// <summary>Opens a store; whether it exists is not looked at.</summary>
    /// <param name="location">An absolute path, a <c>file://</c> URI, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="options">How to reach it, where it is not a folder.</param>
    /// <param name="output">Told about waits.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidLocation"/>, or options that make no sense.</exception>
    public static IBackupStore Open(string location, StoreOptions options, IRunOutput output)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        RefuseUserInfo(location);
        return S3Location.IsOne(location) ? S3Store.Open(location, options, output) : new DirectoryStore(ToPath(location));
    }

    /// <summary>What a location that cannot be used fails with.</summary>
    internal static DynamoBackupException Invalid(string location, string why) => new(
        BackupErrorCode.InvalidLocation,
        $"'{location.Replace('\0', '?')}' cannot be used as a location: {why}. Give a folder's path, a file:// URI, or s3://bucket/prefix.",
        location);

    /// <summary>Refuses a URI that holds a user name or password, without repeating it: messages, results and logs name locations.</summary>
    /// <param name="location">A location as given.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidLocation"/>.</exception>
    public static void RefuseUserInfo(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        var start = location.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return;
        var rest = location.AsSpan(start + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        // A secret access key often has a slash in it, and the authority ends there, before the '@'.
        if (authority.Contains('@') || (authority.Contains(':') && rest.Contains('@')))
            throw new DynamoBackupException(BackupErrorCode.InvalidLocation, "The location holds a user name or password (what stands before '@'), which would show up in messages and results. Leave it out, and give the store's credentials by -StoreProfileName, -ProfileName, or the default chain.");
    }

    private static string ToPath(string location)
    {
        if (!location.Contains("://", StringComparison.Ordinal))
            return CheckPath(location, location);
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri))
            throw Invalid(location, "it is not a URI");
        if (!uri.IsFile)
            throw Invalid(location, $"this version knows folders and S3 only, not '{uri.Scheme}:'");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw Invalid(location, "a file URI has no part behind '?' or '#'; in a folder's name they are written %3F and %23");
        if (uri.IsUnc && !OperatingSystem.IsWindows())
            throw Invalid(location, "it names another machine; a local file URI has three slashes (file:///backups)");
        return CheckPath(uri.LocalPath, location);
    }

    private static string CheckPath(string path, string location)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw Invalid(location, "it is empty or holds a null character");
        try
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw Invalid(location, exception.Message);
        }
    }
}
