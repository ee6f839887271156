using System.Security.Cryptography;

namespace DynamoBackup.Stores;

/// <summary>
/// Replaces a file where it is still as it was read. File systems have no such call; a lock file beside it, which the operating system
/// releases when its holder dies, lets one writer at a time look and rename.
/// </summary>
internal static class FileReplacement
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The version of a file with this content.</summary>
    public static string VersionOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>The lock file beside a file. It stays while the file is there: another might hold a deleted one's lock.</summary>
    public static string LockOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.lock");

    /// <summary>Takes the lock; disposed, it is free again.</summary>
    /// <exception cref="DynamoBackupException">Others kept it for longer than a replacement can take.</exception>
    public static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(LockOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException) && System.Diagnostics.Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause + Pause * Random.Shared.NextDouble(), cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.Translate(exception, path, StoreAccess.Write);
            }
        }
    }
}
