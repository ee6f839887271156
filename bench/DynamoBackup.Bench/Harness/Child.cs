using System.Diagnostics;
using System.Text;

namespace DynamoBackup.Bench.Harness;

/// <summary>A program to start.</summary>
internal sealed record ChildStart(string Program, IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public ProcessStartInfo ToStartInfo(string folder)
    {
        var info = new ProcessStartInfo(Program, Arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Keys that any signer takes, and nothing that an account of the user's would be reached by.
        foreach (var name in info.Environment.Keys.Where(static name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        foreach (var (name, value) in Defaults.Concat(Environment))
            info.Environment[name] = value;
        return info;
    }

    private static IEnumerable<KeyValuePair<string, string>> Defaults =>
    [
        new("AWS_ACCESS_KEY_ID", "bench"),
        new("AWS_SECRET_ACCESS_KEY", "bench"),
        new("AWS_REGION", "us-east-1"),
        new("AWS_DEFAULT_REGION", "us-east-1"),
        new("AWS_EC2_METADATA_DISABLED", "true"),
        new("NO_PROXY", "127.0.0.1,localhost"),
    ];
}

/// <summary>What a program that has ended said, and how long its process lived.</summary>
internal sealed record ChildOutcome(int ExitCode, string Output, string Errors, double ProcessSeconds);

/// <summary>Runs a program to its end, and ends it with everything that it started when the run is cancelled or takes too long.</summary>
internal static class Child
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static async Task<ChildOutcome> RunAsync(ChildStart start, string folder, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = start.ToStartInfo(folder) };
        var clock = Stopwatch.StartNew();
        process.Start();
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new BenchException($"It did not end within {Patience.TotalMinutes:0} minutes, and was ended.");
        }

        return new ChildOutcome(process.ExitCode, await output, await errors, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The last lines of a text, for an error.</summary>
    public static string Tail(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new StringBuilder().AppendJoin('\n', lines.TakeLast(15)).ToString();
    }
}
