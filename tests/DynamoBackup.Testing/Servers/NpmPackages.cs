using System.Security.Cryptography;

namespace DynamoBackup.Testing;

/// <summary>
/// Installs the npm packages of <c>Npm/package-lock.json</c> once a user, into a cache folder named after the lock file's contents.
/// A folder that bears that name is complete: it is put together elsewhere and renamed.
/// </summary>
public static class NpmPackages
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);
    private static readonly string[] ManifestFiles = ["package.json", "package-lock.json"];

    /// <summary>The folder beside this assembly that holds the lock file and our own server scripts.</summary>
    public static string SourceFolder { get; } = Path.Combine(Path.GetDirectoryName(typeof(NpmPackages).Assembly.Location)!, "Npm");

    /// <summary>
    /// Installs what is missing, and returns the folder that holds <c>node_modules</c>. Any number of processes may call it at once.
    /// </summary>
    public static async Task<string> EnsureAsync(Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        log ??= static _ => { };
        var lockBytes = await File.ReadAllBytesAsync(Path.Combine(SourceFolder, "package-lock.json"), cancellationToken);
        var cache = UserCache.Folder("npm");
        var target = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(lockBytes))[..16]);
        if (IsInstalled(target)) return target;

        var lockFile = Path.Combine(cache, "install.lock");
        var onWait = () => log("Waiting for another process to install the local servers.");
        using (await UserCache.LockAsync(lockFile, 2 * InstallTimeout, onWait, cancellationToken))
        {
            if (!IsInstalled(target)) await InstallAsync(cache, target, log, cancellationToken);
        }

        return target;
    }

    private static bool IsInstalled(string folder) => Directory.Exists(Path.Combine(folder, "node_modules", "dynalite"));

    private static async Task InstallAsync(string cache, string target, Action<string> log, CancellationToken cancellationToken)
    {
        await NodeRuntime.NodeAsync(cancellationToken);
        var npm = NodeRuntime.Npm();

        // We hold the lock, so whatever lies about was left by an install that was killed.
        foreach (var left in Directory.EnumerateDirectories(cache, ".installing-*")) Directory.Delete(left, recursive: true);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);

        var work = Directory.CreateDirectory(Path.Combine(cache, $".installing-{Environment.ProcessId}")).FullName;
        try
        {
            foreach (var name in ManifestFiles) File.Copy(Path.Combine(SourceFolder, name), Path.Combine(work, name));
            log($"Installing the local servers with npm into {target}");
            var (exitCode, output) = await ChildProcess.RunAsync(
                npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], work, InstallTimeout, cancellationToken);
            if (exitCode != 0 || !IsInstalled(work))
            {
                throw new ServerStartException(
                    $"'npm ci' failed with exit code {exitCode}. Check that npm reaches its registry (npm config get registry; a proxy?)"
                    + $" and try again. npm said:{Environment.NewLine}{output}");
            }

            Directory.Move(work, target);
            log("Installed.");
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }
}
