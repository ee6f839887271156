using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>What a child process said, and its exit code.</summary>
internal sealed record HostOutcome(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> Lines { get; } = Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The process's peak working set, of a host with the option <c>-Memory</c>.</summary>
    public int PeakMiB => int.Parse(Errors.Split('\n').Single(line => line.StartsWith("PeakWorkingSetMiB:", StringComparison.Ordinal)).Split(':')[1].Trim(), CultureInfo.InvariantCulture);

    /// <summary>The lines of a run that had no error.</summary>
    public IReadOnlyList<string> Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}.\n{Output}\n{Errors}");
        return Lines;
    }
}

/// <summary>
/// Runs the host program, a PowerShell in a process of its own, for what is the process's own: its environment and its assemblies. It
/// starts with no environment but what is given here, and with the module imported.
/// </summary>
internal sealed class HostProcess
{
    private readonly List<string> _arguments = [];
    private readonly Dictionary<string, string> _environment = new()
    {
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["DOTNET_NOLOGO"] = "1",
        ["NO_PROXY"] = "127.0.0.1,localhost",
    };

    /// <summary>A host whose home folder is the given one; the folder holds nothing that AWS or PowerShell would look for.</summary>
    public HostProcess(string home)
    {
        foreach (var name in new[] { "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP" }) _environment[name] = home;
        foreach (var name in new[] { "PATH", "SystemRoot", "SystemDrive", "ProgramData", "ComSpec" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) _environment[name] = value;
        }
    }

    /// <summary>How long the script may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the host imports the module itself; scripts may do it by <c>$manifest</c> instead.</summary>
    public bool ImportsModule { get; init; } = true;

    public HostProcess WithEnvironment(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Adds an option of the host program.</summary>
    public HostProcess WithOption(string option, params string[] values)
    {
        _arguments.AddRange([option, .. values]);
        return this;
    }

    /// <summary>Runs a script.</summary>
    /// <param name="script">It finds the module's manifest in <c>$manifest</c>, and each given variable.</param>
    /// <param name="variables">Texts, or hashtables of texts.</param>
    public async Task<HostOutcome> RunAsync(string script, params IEnumerable<(string Name, object Value)> variables)
    {
        using var process = Start(script, variables);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new HostOutcome(process.ExitCode, await output, await errors);
    }

    /// <summary>Runs a script and kills the process, as the operating system does it, when a test says so.</summary>
    /// <param name="script">The script.</param>
    /// <param name="moment">Ends when the process is to be killed; its token is cancelled where the process has ended by itself.</param>
    /// <param name="variables">Texts, or hashtables of texts.</param>
    /// <returns>Null where it was killed; else what it said before it ended by itself.</returns>
    public async Task<HostOutcome?> KillAsync(string script, Func<CancellationToken, Task> moment, params IEnumerable<(string Name, object Value)> variables)
    {
        using var process = Start(script, variables);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var exit = process.WaitForExitAsync(ended.Token);
        var waiting = moment(ended.Token);
        await Task.WhenAny(exit, waiting);
        var isKilled = !process.HasExited;
        process.Kill(entireProcessTree: true);
        await exit;
        await ended.CancelAsync();
        await waiting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return isKilled ? null : new HostOutcome(process.ExitCode, await output, await errors);
    }

    private Process Start(string script, IEnumerable<(string Name, object Value)> variables)
    {
        var assignments = variables.Append(("manifest", BuiltModule.Manifest)).Select(variable => $"${variable.Item1} = {Literal(variable.Item2)}");
        var process = new Process { StartInfo = NewStart() };
        if (ImportsModule) process.StartInfo.ArgumentList.AddAll("-Module", BuiltModule.Manifest);
        process.StartInfo.ArgumentList.AddAll([.. _arguments, "-Command", string.Join('\n', [.. assignments, script])]);
        process.Start();
        process.StandardInput.Close();
        return process;
    }

    private ProcessStartInfo NewStart()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var dotnet = Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(dotnet, [BuiltModule.Host])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return start;
    }

    private static string Literal(object value) => value switch
    {
        Hashtable table => $"@{{ {string.Join("; ", table.Cast<DictionaryEntry>().Select(entry => $"{entry.Key} = {Literal(entry.Value!)}"))} }}",
        _ => $"'{value.ToString()!.Replace("'", "''", StringComparison.Ordinal)}'",
    };
}
