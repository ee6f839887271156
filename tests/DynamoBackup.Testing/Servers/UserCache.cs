namespace DynamoBackup.Testing;

/// <summary>The user's own folder for things that can be fetched again.</summary>
internal static class UserCache
{
    /// <summary>A folder below the cache, created if need be.</summary>
    public static string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root(), "dynamobackup", name)).FullName;

    /// <summary>Takes a lock file that no other process gets until it is disposed; the system frees it if this process dies.</summary>
    public static async Task<IDisposable> LockAsync(string file, TimeSpan timeout, Action onWait, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + timeout;
        for (var waited = false; ; waited = true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (DateTime.UtcNow > deadline)
                {
                    throw new ServerStartException(
                        $"Another process holds '{file}' for more than {timeout.TotalMinutes:0} minutes. End it and try again.", e);
                }

                if (!waited) onWait();
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <summary>Windows' sharing violation, or EWOULDBLOCK as Linux and macOS number it.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)) return xdg;
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length == 0) return Path.GetTempPath();
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }
}
