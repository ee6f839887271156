namespace DynamoBackup.Core.Tests.House;

/// <summary>The repository's root, which holds the module's manifest.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "DynamoBackup.psd1")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No DynamoBackup.psd1 above {AppContext.BaseDirectory}.");
        return folder;
    }
}
