using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace DynamoBackup.PowerShell.Tests.Complaints;

/// <summary>Compressed text, and the sum that a manifest records of it.</summary>
internal static class Gzip
{
    public static string Decompress(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public static byte[] Compress(string text)
    {
        using var stored = new MemoryStream();
        using (var compressor = new GZipStream(stored, CompressionLevel.Fastest))
            compressor.Write(Encoding.UTF8.GetBytes(text));
        return stored.ToArray();
    }

    public static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));
}
