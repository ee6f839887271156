using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// A DynamoDB on this machine: dynalite, in memory, in a node process of its own. The process ends with this object, and also when
/// this process is killed.
/// </summary>
public sealed class DynaliteServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private bool _started;

    private DynaliteServer(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
    }

    /// <summary>The server's address, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The id of the node process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a server whose tables are ready at once; installs it first if need be.</summary>
    public static Task<DynaliteServer> StartAsync(Action<string>? log = null, CancellationToken cancellationToken = default) =>
        StartAsync(new DynaliteOptions(), log, cancellationToken);

    /// <summary>Starts a server; installs it first if need be.</summary>
    public static async Task<DynaliteServer> StartAsync(
        DynaliteOptions options, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        var node = await NodeRuntime.NodeAsync(cancellationToken);
        var installed = await NpmPackages.EnsureAsync(log, cancellationToken);
        var server = new DynaliteServer(NewProcess(node, installed, options));
        try
        {
            ChildProcess.Start(server._process);
            server._started = true;
            server._process.BeginErrorReadLine();
            server.Endpoint = new Uri($"http://127.0.0.1:{await server.ReadPortAsync(cancellationToken)}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A client of this server, with made-up credentials.</summary>
    public AmazonDynamoDBClient CreateClient() => LocalClient.Create(Endpoint);

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            _started = false;
            await StopAsync();
        }

        _process.Dispose();
    }

    private static Process NewProcess(string node, string installed, DynaliteOptions options)
    {
        var script = Path.Combine(NpmPackages.SourceFolder, "serve-dynalite.js");
        var start = new ProcessStartInfo(node, [script, installed, JsonSerializer.Serialize(options)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // dynalite builds table ARNs of these; they must not depend on who runs the tests.
        start.Environment["AWS_REGION"] = LocalClient.Region;
        start.Environment["AWS_ACCOUNT_ID"] = "000000000000";
        return new Process { StartInfo = start };
    }

    private async Task<int> ReadPortAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            var line = await _process.StandardOutput.ReadLineAsync(deadline.Token);
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return port;
            await _process.WaitForExitAsync(deadline.Token);
            throw new ServerStartException($"dynalite ended with exit code {_process.ExitCode} instead of listening. {Errors()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerStartException($"dynalite did not listen within {StartTimeout.TotalSeconds:0} seconds. {Errors()}");
        }
    }

    private async Task StopAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string Errors()
    {
        lock (_errors) return _errors.Length == 0 ? "It gave no reason." : $"It said:{Environment.NewLine}{_errors.ToString().Trim()}";
    }
}
