using System.IO.Compression;

namespace DynamoBackup.PowerShell.Tests.Secrets;

/// <summary>Looks for secrets in texts and files, in every spelling in which one could get there.</summary>
internal sealed class SecretSearch(params string[] secrets)
{
    private readonly string[] _spellings = [.. secrets.SelectMany(Spellings).Distinct()];

    public void AssertNotIn(string text)
    {
        foreach (var spelling in _spellings) Assert.DoesNotContain(spelling, text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Searches every file below a folder, as it is and decompressed.</summary>
    /// <returns>How many files there were.</returns>
    public int AssertNotInFiles(string folder, params string[] except)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Except(except).ToList();
        foreach (var file in files)
        {
            AssertNotIn(file);
            AssertNotIn(System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file)));
            if (file.EndsWith(".gz", StringComparison.Ordinal)) AssertNotIn(Decompressed(file));
        }

        return files.Count;
    }

    private static string Decompressed(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Spellings(string secret) =>
    [
        secret, Uri.EscapeDataString(secret), secret.Replace("/", "\\/", StringComparison.Ordinal),
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)), System.Text.Json.JsonSerializer.Serialize(secret).Trim('"'),
    ];
}
