namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Looks into a store as a file system has it.</summary>
public sealed class StoreFolder(string path)
{
    public string Path { get; } = path;

    /// <summary>Every file below the store, hidden and temporary ones included, relative and with forward slashes.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Path)
        ? [.. Directory.EnumerateFiles(Path, "*", Everything).Select(Relative).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Every folder below the store.</summary>
    public IReadOnlyList<string> Folders => Directory.Exists(Path)
        ? [.. Directory.EnumerateDirectories(Path, "*", Everything).Select(Relative).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The full path of the only file whose relative path ends so.</summary>
    public string FileEndingIn(string end) => Full(Files.Single(file => file.EndsWith(end, StringComparison.Ordinal)));

    /// <summary>The full path of one data file.</summary>
    public string AnyDataFile => Full(Files.First(file => file.Contains("/data/", StringComparison.Ordinal)));

    /// <summary>Fails where anything of a backup is left: a file, a data folder, a temporary file. The store's own folder may be there.</summary>
    public void AssertEmpty()
    {
        Assert.Empty(Files);
        Assert.Empty(Folders);
    }

    /// <summary>Turns a bit of one byte of a file over.</summary>
    public static void Damage(string file, int? position = null, byte mask = 0x10)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[position ?? (bytes.Length / 2)] ^= mask;
        File.WriteAllBytes(file, bytes);
    }

    public override string ToString() => Path;

    private static EnumerationOptions Everything => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private string Full(string relative) => System.IO.Path.Combine(Path, relative);

    private string Relative(string full) => System.IO.Path.GetRelativePath(Path, full).Replace('\\', '/');
}
