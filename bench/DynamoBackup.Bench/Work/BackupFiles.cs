using System.IO.Compression;

namespace DynamoBackup.Bench.Work;

/// <summary>The data files of a backup in gzip, read without the engine.</summary>
internal static class BackupFiles
{
    public static IReadOnlyList<string> In(string folder) => [.. Directory.EnumerateFiles(folder, "*.json.gz", SearchOption.AllDirectories)];

    /// <summary>Hands over each line of a file, without its line feed; it is valid until the call returns.</summary>
    public static async Task ReadLinesAsync(string file, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        await using var stored = File.OpenRead(file);
        await using var gzip = new GZipStream(stored, CompressionMode.Decompress);
        var buffer = new byte[1 << 20];
        var end = 0;
        while (true)
        {
            if (end == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = await gzip.ReadAsync(buffer.AsMemory(end));
            if (read == 0)
                return;
            end += read;
            var start = 0;
            while (buffer.AsSpan(start, end - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                await take(buffer.AsMemory(start, length));
                start += length + 1;
            }

            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            end -= start;
        }
    }
}
