namespace DynamoBackup.Quickstart;

/// <summary>The command line.</summary>
/// <param name="Script">The user's own lines; null to tell the story.</param>
internal sealed record QuickstartOptions(string? Script)
{
    /// <summary>What can be given.</summary>
    public const string Usage =
        """
        Usage: dotnet run --project src/DynamoBackup.Quickstart                          shows backup, proof and restore on a local server
               dotnet run --project src/DynamoBackup.Quickstart -- -Command "<lines>"    runs your own PowerShell lines there
               dotnet run --project src/DynamoBackup.Quickstart -- -File <script.ps1>

        Your own lines find the module imported, a filled table 'Orders', an empty folder $store and the server's address $endpoint. The server,
        its tables and the folder are gone when they end. Only PowerShell's core commands are there (no Select-Object, no Format-Table).
        The exit code is 0 if all went well, 1 if not, 2 for arguments that are not understood, or that of your own exit statement.
        """;

    /// <summary>The options, or null if the arguments make no sense.</summary>
    public static QuickstartOptions? Parse(string[] arguments)
    {
        if (arguments.Length == 0) return new QuickstartOptions(Script: null);
        if (arguments.Length != 2) return null;
        if (string.Equals(arguments[0], "-Command", StringComparison.OrdinalIgnoreCase)) return new QuickstartOptions(arguments[1]);
        if (string.Equals(arguments[0], "-File", StringComparison.OrdinalIgnoreCase))
            return new QuickstartOptions($". '{Path.GetFullPath(arguments[1]).Replace("'", "''", StringComparison.Ordinal)}'");
        return null;
    }
}
