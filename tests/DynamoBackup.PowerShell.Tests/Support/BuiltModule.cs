using System.Reflection;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Where the built module and what the tests need around it lie.</summary>
internal static class BuiltModule
{
    /// <summary>The module's manifest: the only way by which tests load the module.</summary>
    public static string Manifest { get; } = Metadata("ModuleManifest");

    /// <summary>The module's folder.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Manifest)!;

    /// <summary>The host program in its own output folder, where no AWSSDK lies.</summary>
    public static string Host { get; } = Metadata("PowerShellHost");

    private static string Metadata(string key) => Path.GetFullPath(
        typeof(BuiltModule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!);
}
