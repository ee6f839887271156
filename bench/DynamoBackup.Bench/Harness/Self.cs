using System.Reflection;
using System.Runtime.InteropServices;

namespace DynamoBackup.Bench.Harness;

/// <summary>How this program starts itself, and the PowerShell host, as child processes.</summary>
internal static class Self
{
    /// <summary>The module's manifest: the only way by which the module is loaded.</summary>
    public static string Manifest { get; } = Metadata("ModuleManifest");

    /// <summary>The repository's root, which is the module's folder.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Manifest)!;

    private static string Dotnet { get; } = FindDotnet();

    private static string Host { get; } = Metadata("PowerShellHost");

    /// <summary>This program again, with these arguments.</summary>
    public static ChildStart Start(IReadOnlyList<string> arguments) => new(Dotnet, [typeof(Self).Assembly.Location, .. arguments]);

    /// <summary>A work of this program, measured in a process of its own.</summary>
    public static ChildStart StartWork(string name, params IEnumerable<(string Name, object Value)> arguments) =>
        Start(["row", name, .. arguments.SelectMany(argument => new[] { $"--{argument.Name}", FormattableString.Invariant($"{argument.Value}") })]);

    /// <summary>A script in the PowerShell host, measured.</summary>
    /// <param name="script">It finds each variable by its name.</param>
    /// <param name="importsModule">Whether the module is imported before the measured part.</param>
    /// <param name="variables">Texts.</param>
    public static ChildStart StartScript(string script, bool importsModule, params IEnumerable<(string Name, string Value)> variables)
    {
        var assignments = variables.Append(("manifest", Manifest)).Select(static variable => $"${variable.Item1} = '{variable.Item2.Replace("'", "''", StringComparison.Ordinal)}'");
        string[] module = importsModule ? ["-Module", Manifest] : [];
        return new ChildStart(Dotnet, [Host, .. module, "-Measure", "-Command", string.Join('\n', [.. assignments, "$ErrorActionPreference = 'Stop'", script])]);
    }

    private static string Metadata(string key) => Path.GetFullPath(
        typeof(Self).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!);

    private static string FindDotnet()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        return Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
