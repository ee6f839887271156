namespace DynamoBackup;

/// <summary>Where runs keep files of their own when no folder is named.</summary>
internal static class UserFolder
{
    /// <summary>The user's own folder; null where the account has none.</summary>
    public static string? Find()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? In(home) : null;
    }

    /// <summary>Its name below another folder.</summary>
    public static string In(string folder) => Path.Combine(folder, "DynamoBackup");
}
