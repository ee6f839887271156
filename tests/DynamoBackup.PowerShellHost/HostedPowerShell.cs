using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DynamoBackup.PowerShellHost;

/// <summary>
/// A PowerShell engine with one runspace. It knows the core commands only (no Select-Object, no Format-Table): whatever else a script
/// uses comes from a module that it imports by path.
/// </summary>
public sealed class HostedPowerShell : IDisposable
{
    private readonly BackupHostUI _ui;
    private readonly BackupHost _host;
    private readonly ConcurrentQueue<ProgressRecord> _progress = new();
    private readonly Lock _stopGate = new();
    private PowerShell? _running;

    /// <summary>The engine reports modules to its makers unless this is set before it starts.</summary>
    static HostedPowerShell() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

    /// <param name="output">Takes what a console would show; nothing is shown without it.</param>
    /// <param name="onProgress">Gets every progress record, on the pipeline's thread.</param>
    public HostedPowerShell(TextWriter? output = null, Action<ProgressRecord>? onProgress = null)
    {
        _ui = new BackupHostUI(output ?? TextWriter.Null, record =>
        {
            _progress.Enqueue(record);
            onProgress?.Invoke(record);
        });
        _host = new BackupHost(_ui);
        Runspace = RunspaceFactory.CreateRunspace(_host, NewState());
        Runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        Runspace.Open();
    }

    public Runspace Runspace { get; }

    /// <summary>Every progress record so far.</summary>
    public IReadOnlyCollection<ProgressRecord> Progress => _progress;

    /// <summary>The code of an <c>exit</c> statement, if one ran.</summary>
    public int? ExitCode => _host.ExitCode;

    /// <summary>
    /// Answers Yes/No questions in place of a person: gets caption and message, returns the index of the choice (0 is Yes).
    /// Questions are refused while it is null.
    /// </summary>
    public Func<string, int>? AnswerChoice
    {
        get => _ui.AnswerChoice;
        set => _ui.AnswerChoice = value;
    }

    /// <summary>A PowerShell on this runspace, for tests that build their pipeline themselves.</summary>
    public PowerShell CreatePowerShell()
    {
        var powershell = PowerShell.Create();
        powershell.Runspace = Runspace;
        return powershell;
    }

    public void ImportModule(string path)
    {
        using var powershell = CreatePowerShell();
        powershell.AddCommand("Import-Module").AddParameter("Name", Path.GetFullPath(path)).AddParameter("ErrorAction", ActionPreference.Stop);
        powershell.Invoke();
    }

    public void SetVariable(string name, object? value) => Runspace.SessionStateProxy.SetVariable(name, value);

    public object? GetVariable(string name) => Runspace.SessionStateProxy.GetVariable(name);

    /// <summary>
    /// Runs a script as a console does: output and errors are formatted and shown in the order in which they come. False if an error
    /// was shown, or if the script was ended by one or stopped.
    /// </summary>
    public bool Run(string script) => Run(script, out _);

    /// <summary>As <see cref="Run(string)"/>, and returns the objects that were shown.</summary>
    public bool Run(string script, out IReadOnlyList<PSObject> shown)
    {
        using var powershell = CreatePowerShell();
        powershell.AddScript(script, useLocalScope: false);
        powershell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        var kept = new List<PSObject>();
        shown = kept;
        powershell.AddCommand(KeepOutputCommand.Name).AddParameter(nameof(KeepOutputCommand.Into), kept);
        powershell.AddCommand("Out-Default");
        _ui.HasShownError = false;
        try
        {
            Invoke(powershell);
            return !_ui.HasShownError && powershell.InvocationStateInfo.State == PSInvocationState.Completed;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (ParseException e) when (e.ErrorRecord.InvocationInfo is null)
        {
            // The concise layout shows a parser error by its place in the script, which this one has in its message only.
            _ui.WriteErrorLine("ParserError: " + e.Message);
            return false;
        }
        catch (RuntimeException e)
        {
            Show(e.ErrorRecord);
            return false;
        }
    }

    /// <summary>Runs a script and returns its output. An error that ends the script is thrown.</summary>
    public Collection<PSObject> Invoke(string script) => Invoke(script, out _);

    /// <summary>Runs a script and returns its output and the errors that did not end it. An error that ends the script is thrown.</summary>
    public Collection<PSObject> Invoke(string script, out IReadOnlyList<ErrorRecord> errors)
    {
        using var powershell = CreatePowerShell();
        powershell.AddScript(script, useLocalScope: false);
        var output = Invoke(powershell);
        errors = [.. powershell.Streams.Error];
        return output;
    }

    /// <summary>Stops what runs at the moment, as Ctrl+C does. May be called from any thread.</summary>
    public void Stop()
    {
        lock (_stopGate) _running?.Stop();
    }

    public void Dispose() => Runspace.Dispose();

    private static InitialSessionState NewState()
    {
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;

        // Modules of an installed PowerShell would be found by name and would not load here: be the same everywhere.
        state.Variables.Add(new SessionStateVariableEntry("PSModuleAutoLoadingPreference", PSModuleAutoLoadingPreference.None, description: null));
        state.Commands.Add(new SessionStateCmdletEntry(KeepOutputCommand.Name, typeof(KeepOutputCommand), helpFileName: null));
        return state;
    }

    private Collection<PSObject> Invoke(PowerShell powershell)
    {
        lock (_stopGate) _running = powershell;
        try
        {
            return powershell.Invoke();
        }
        finally
        {
            // A stop that is under way still needs the object that our caller is about to dispose of.
            lock (_stopGate) _running = null;
        }
    }

    private void Show(ErrorRecord error)
    {
        using var powershell = CreatePowerShell();
        powershell.AddCommand("Out-Default");
        var shown = PSObject.AsPSObject(error);
        shown.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        powershell.Invoke(new[] { shown });
    }
}
