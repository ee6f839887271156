using System.Collections;
using System.Management.Automation;
using DynamoBackup.PowerShellHost;
using PowerShellRun = System.Management.Automation.PowerShell;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>
/// A PowerShell with the module imported. Scripts find the connection parameters in <c>$aws</c>, to be splatted.
/// </summary>
public sealed class ModuleShell : IDisposable
{
    public const string AccessKey = "AKIDLOCALTESTEXAMPLE";
    public const string SecretKey = "sEcrEtKEYofTheTests/0123456789+abcdefghi";

    private const string FailureVariable = "failureOfTheTest";

    private readonly HostedPowerShell _engine;
    private readonly Lock _stopping = new();
    private volatile PowerShellRun? _running;

    public ModuleShell(Uri endpoint, Action<ProgressRecord>? onProgress = null, TextWriter? screen = null)
    {
        _engine = new HostedPowerShell(screen, onProgress);
        _engine.ImportModule(BuiltModule.Manifest);
        Connect(endpoint);
    }

    public IReadOnlyCollection<ProgressRecord> Progress => _engine.Progress;

    /// <summary>Answers what the module asks; without it there is nobody to ask.</summary>
    public Func<string, int>? AnswerChoice
    {
        get => _engine.AnswerChoice;
        set => _engine.AnswerChoice = value;
    }

    /// <summary>Whether a stop has been asked for and has not ended yet.</summary>
    public bool IsStopping => _running?.InvocationStateInfo.State == PSInvocationState.Stopping;

    /// <summary>The connection parameters for an endpoint, as a hashtable.</summary>
    public static Hashtable ConnectionTo(Uri endpoint) => new()
    {
        ["EndpointUrl"] = endpoint.AbsoluteUri,
        ["Region"] = "us-east-1",
        ["AccessKey"] = AccessKey,
        ["SecretKey"] = SecretKey,
    };

    /// <summary>Lets <c>$aws</c> lead to another endpoint.</summary>
    public void Connect(Uri endpoint) => Set("aws", ConnectionTo(endpoint));

    public void Set(string variable, object? value) => _engine.SetVariable(variable, value);

    public object? Get(string variable) => _engine.GetVariable(variable);

    /// <summary>Runs a script to its end, whatever that is.</summary>
    public RunResult Run(string script)
    {
        using var powershell = _engine.CreatePowerShell();
        powershell.AddScript($"${FailureVariable} = $null\ntry {{\n{script}\n}} catch {{ $global:{FailureVariable} = $_ }}", useLocalScope: false);
        using var output = new PSDataCollection<PSObject>();
        _running = powershell;
        try
        {
            powershell.Invoke(null, output);
        }
        catch (PipelineStoppedException)
        {
            // The state tells it as well, and also where the engine does not throw.
        }
        finally
        {
            // Whoever stops it still looks at it.
            lock (_stopping) _running = null;
        }

        var streams = powershell.Streams;
        return new RunResult
        {
            Output = [.. output],
            Errors = [.. streams.Error],
            Failure = ((Get(FailureVariable) as PSObject)?.BaseObject ?? Get(FailureVariable)) as ErrorRecord,
            Warnings = [.. streams.Warning.Select(record => record.Message)],
            Verbose = [.. streams.Verbose.Select(record => record.Message)],
            Debug = [.. streams.Debug.Select(record => record.Message)],
            Information = [.. streams.Information.Select(record => record.ToString())],
            Stopped = powershell.InvocationStateInfo.State == PSInvocationState.Stopped,
        };
    }

    /// <summary>Runs a script on a thread of its own.</summary>
    public Task<RunResult> Start(string script) =>
        Task.Factory.StartNew(() => Run(script), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a script and shows what comes of it on the screen, as a console does.</summary>
    public bool Show(string script) => _engine.Run(script);

    /// <summary>Stops what runs, as Ctrl+C does; returns when it has ended.</summary>
    public void Stop()
    {
        lock (_stopping) _running?.Stop();
    }

    public void Dispose() => _engine.Dispose();
}
