using System.Management.Automation;
using DynamoBackup.Stores;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Turns what a user types as a location into one that means the same outside PowerShell.</summary>
internal static class LocationResolver
{
    /// <summary>The environment variable that holds the store where no parameter does.</summary>
    public const string StoreVariable = "DYNAMOBACKUP_STORE";

    /// <summary>The given location, or the one in <c>$env:DYNAMOBACKUP_STORE</c>; a path becomes absolute, a URI stays as it is.</summary>
    /// <param name="cmdlet">The cmdlet, whose current location relative paths start from.</param>
    /// <param name="location">What was given; null where nothing was.</param>
    /// <param name="parameter">The parameter's name, for the message.</param>
    public static string Resolve(PSCmdlet cmdlet, string? location, string parameter)
    {
        var given = string.IsNullOrWhiteSpace(location) ? Environment.GetEnvironmentVariable(StoreVariable) : location;
        if (string.IsNullOrWhiteSpace(given))
        {
            throw new DynamoBackupException(
                BackupErrorCode.LocationMissing,
                $"No location: give -{parameter} a folder or s3://bucket/prefix, or set $env:{StoreVariable} to one.{PathTakenForName(cmdlet)}");
        }

        StoreLocation.RefuseUserInfo(given);
        return given.Contains("://", StringComparison.Ordinal) ? given : ToFileSystemPath(cmdlet, given);
    }

    /// <summary>All given locations, or the one in <c>$env:DYNAMOBACKUP_STORE</c>.</summary>
    public static IReadOnlyList<string> ResolveAll(PSCmdlet cmdlet, string[]? locations, string parameter) =>
        locations is { Length: > 0 } ? [.. locations.Select(location => Resolve(cmdlet, location, parameter))] : [Resolve(cmdlet, null, parameter)];

    /// <summary>A path typed first is taken for a table's name, which never holds a slash.</summary>
    private static string PathTakenForName(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("TableName", out var names) && names is string[] typed
            && Array.Find(typed, name => name.AsSpan().ContainsAny('/', '\\') && !name.StartsWith("arn:", StringComparison.Ordinal)) is { } path
            ? $" '{path}' was taken as -TableName."
            : "";

    /// <summary>An absolute path of the file system, whatever drive or relative form was typed.</summary>
    public static string ToFileSystemPath(PSCmdlet cmdlet, string path)
    {
        try
        {
            var resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem"
                ? resolved
                : throw new DynamoBackupException(BackupErrorCode.InvalidLocation, $"'{path}' is on the {provider.Name} provider: give a folder of the file system.", path);
        }
        catch (Exception exception) when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or NotSupportedException or PSArgumentException)
        {
            throw new DynamoBackupException(BackupErrorCode.InvalidLocation, $"'{path}' is not a path that can be used: {exception.Message} Give a folder of the file system.", path, exception);
        }
    }
}
