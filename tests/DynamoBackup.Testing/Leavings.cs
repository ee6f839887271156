namespace DynamoBackup.Testing;

/// <summary>What runs have left in a folder for temporary files.</summary>
public static class Leavings
{
    /// <summary>All but the lock of a restore's table: that file stays, so that no two runs ever lock different files.</summary>
    public static string[] In(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Where(path => !(path.EndsWith(".lock", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("differences-", StringComparison.Ordinal)))];
}
