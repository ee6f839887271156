using System.Security.Cryptography;

namespace DynamoBackup.Testing;

/// <summary>Installs the npm packages of <c>Npm/package-lock.json</c> once a user, into a cache folder named after the lock file's contents.</summary>
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
        var lockBytes = await File.ReadAllBytesAsync(Path.Combine(SourceFolder, "package-lock.json"), cancellationToken);
        var version = Convert.ToHexStringLower(SHA256.HashData(lockBytes))[..16];
        var proof = Path.Combine("node_modules", "dynalite");
        return await CachedInstall.EnsureAsync(
            "npm", version, proof, work => InstallAsync(work, cancellationToken), log ?? (static _ => { }), cancellationToken);
    }

    private static async Task<string> InstallAsync(string work, CancellationToken cancellationToken)
    {
        await NodeRuntime.NodeAsync(cancellationToken);
        foreach (var name in ManifestFiles) File.Copy(Path.Combine(SourceFolder, name), Path.Combine(work, name));
        var (exitCode, output) = await ChildProcess.RunAsync(
            NodeRuntime.Npm(), ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], work, InstallTimeout, cancellationToken);
        return exitCode == 0 ? work : throw NodeRuntime.NpmFailed("npm ci", exitCode, output);
    }
}
