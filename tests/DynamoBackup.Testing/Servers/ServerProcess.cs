using System.Diagnostics;
using System.Text;

namespace DynamoBackup.Testing;

/// <summary>
/// A server's process that prints one line when it is ready and ends when its standard input closes: with this object, and also when this
/// process is killed.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // What the slowest of them needs on a busy machine: a cluster of three daemons.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly string _name;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private bool _started;

    private ServerProcess(string name, ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _name = name;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>What it printed when it was ready.</summary>
    public string ReadyLine { get; private set; } = "";

    /// <summary>Starts a process and waits for its line.</summary>
    public static async Task<ServerProcess> StartAsync(string name, ProcessStartInfo start, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(name, start);
        try
        {
            ChildProcess.Start(server._process);
            server._started = true;
            server._process.BeginErrorReadLine();
            server.ReadyLine = await server.ReadLineAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            _started = false;
            await StopAsync();
        }

        _process.Dispose();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            if (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { Length: > 0 } line) return line;
            await _process.WaitForExitAsync(deadline.Token);
            throw new ServerStartException($"{_name} ended with exit code {_process.ExitCode} instead of listening. {Errors()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerStartException($"{_name} did not listen within {StartTimeout.TotalSeconds:0} seconds. {Errors()}");
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
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string Errors()
    {
        lock (_errors) return _errors.Length == 0 ? "It gave no reason." : $"It said:{Environment.NewLine}{_errors.ToString().Trim()}";
    }
}
