using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace DynamoBackup.Testing;

/// <summary>Runs a program to its end and keeps what it said.</summary>
internal static class ChildProcess
{
    /// <summary>The full path of a program on PATH, or null. The names are tried in order, each in every folder.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            foreach (var folder in folders)
            {
                var candidate = Path.Combine(folder.Trim('"'), name);
                if (File.Exists(candidate)) return candidate;
            }
        }

        return null;
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var output = new StringBuilder();
        DataReceivedEventHandler collect = (_, line) =>
        {
            lock (output) output.AppendLine(line.Data);
        };
        process.OutputDataReceived += collect;
        process.ErrorDataReceived += collect;
        Start(process);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ServerStartException($"'{Path.GetFileName(program)}' did not finish within {timeout.TotalSeconds:0} seconds.");
        }

        lock (output) return (process.ExitCode, output.ToString().Trim());
    }

    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ServerStartException($"'{process.StartInfo.FileName}' could not be started: {e.Message}", e);
        }
    }
}
