namespace DynamoBackup.Testing;

/// <summary>
/// Installs something once a user, into a folder of the cache. A folder that bears its final name is complete: it is put together elsewhere
/// and renamed.
/// </summary>
internal static class CachedInstall
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Installs what is missing. Any number of processes may call it at once.</summary>
    /// <param name="cacheName">The cache's folder.</param>
    /// <param name="version">The name of the folder below it that is made or found.</param>
    /// <param name="proof">A file or folder that whatever is installed holds.</param>
    /// <param name="install">Installs into a working folder that it is given, and returns the folder below it, or itself, that is to be kept.</param>
    /// <param name="log">Is told what is waited for and done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The installed folder.</returns>
    public static async Task<string> EnsureAsync(
        string cacheName, string version, string proof, Func<string, Task<string>> install, Action<string> log, CancellationToken cancellationToken)
    {
        var cache = UserCache.Folder(cacheName);
        var target = Path.Combine(cache, version);
        if (Path.Exists(Path.Combine(target, proof))) return target;

        var lockFile = Path.Combine(cache, "install.lock");
        var onWait = () => log("Waiting for another process to install the local servers.");
        using (await UserCache.LockAsync(lockFile, LockTimeout, onWait, cancellationToken))
        {
            if (!Path.Exists(Path.Combine(target, proof))) await InstallAsync(cache, target, proof, install, log);
        }

        return target;
    }

    private static async Task InstallAsync(string cache, string target, string proof, Func<string, Task<string>> install, Action<string> log)
    {
        // We hold the lock, so whatever lies about was left by an install that was killed.
        foreach (var left in Directory.EnumerateDirectories(cache, ".installing-*")) Directory.Delete(left, recursive: true);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);

        var work = Directory.CreateDirectory(Path.Combine(cache, $".installing-{Environment.ProcessId}")).FullName;
        try
        {
            log($"Installing into {target}");
            var installed = await install(work);
            if (!Path.Exists(Path.Combine(installed, proof)))
                throw new ServerStartException($"The install holds no '{proof}'. Delete '{cache}' and try again.");
            Directory.Move(installed, target);
            log("Installed.");
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }
}
