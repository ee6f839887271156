using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Report;

/// <summary>Where and on what a run was made.</summary>
internal sealed record Machine(
    string Processor, int Cores, double MemoryGB, string System, string Runtime, string FileSystem, DateTimeOffset Date, string? Commit, string Configuration)
{
    public static Machine Find(string folder) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        new DriveInfo(folder).DriveFormat,
        DateTimeOffset.UtcNow,
        CommitId(),
        ModuleConfiguration());

    public override string ToString() => FormattableString.Invariant(
        $"{Processor}, {Cores} cores, {MemoryGB:0} GB, {System}, {Runtime}, folders on {FileSystem}, {Date:yyyy-MM-dd HH:mm}Z, commit {Commit ?? "unknown"}, module built for {Configuration}");

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>The commit, with a plus where files have been changed since; null without git.</summary>
    private static string? CommitId()
    {
        var commit = Git("rev-parse", "--short=12", "HEAD");
        return string.IsNullOrEmpty(commit) ? null : Git("status", "--porcelain", "--untracked-files=no") is "" ? commit : commit + "+";
    }

    private static string? Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = Self.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Trim() : null;
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            // There is no git.
            return null;
        }
    }

    /// <summary>How the module that is measured was built, read off the assembly that it was put together with.</summary>
    private static string ModuleConfiguration()
    {
        var context = new AssemblyLoadContext("look", isCollectible: true);
        try
        {
            var contracts = context.LoadFromAssemblyPath(Path.Combine(Self.Root, "module", "bin", "DynamoBackup.Contracts.dll"));
            return contracts.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "unknown";
        }
        finally
        {
            context.Unload();
        }
    }
}
