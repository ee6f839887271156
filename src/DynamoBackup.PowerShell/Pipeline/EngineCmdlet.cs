using System.Management.Automation;
using System.Management.Automation.Host;

namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>
/// Base of every cmdlet: runs engine work with cancellation and turns what it says into PowerShell's streams. A derived cmdlet
/// implements <see cref="ProcessInput"/>; an error about one table is written and the next input goes on, an error that would
/// hit every table ends the command.
/// </summary>
public abstract class EngineCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private ProgressRenderer? _progress;

    /// <summary>What the command does, as the progress display's headline.</summary>
    protected abstract string Activity { get; }

    /// <summary>True where -WhatIf or -Confirm, given or preferred, shows what would be done before it is done.</summary>
    protected bool IsAsked
    {
        get
        {
            var given = MyInvocation.BoundParameters;
            var whatIf = given.TryGetValue("WhatIf", out var value) ? value : GetVariableValue("WhatIfPreference");
            var confirm = given.TryGetValue("Confirm", out value) ? value : GetVariableValue("ConfirmPreference") is ConfirmImpact.Low;
            return LanguagePrimitives.IsTrue(whatIf) || LanguagePrimitives.IsTrue(confirm);
        }
    }

    internal ProgressRenderer ProgressRenderer => _progress ??= new ProgressRenderer(this, Activity);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    internal void WriteRecord(PipelineRecord record)
    {
        switch (record.Stream)
        {
            case PipelineStream.Error: WriteError(ErrorRecordMap.ToErrorRecord((DynamoBackupException)record.Value)); break;
            case PipelineStream.Warning: WriteWarning((string)record.Value); break;
            case PipelineStream.Verbose: WriteVerbose((string)record.Value); break;
            case PipelineStream.Debug: WriteDebug((string)record.Value); break;
            case PipelineStream.Call: ((Action)record.Value)(); break;
            default: throw new InvalidOperationException($"No stream {record.Stream}.");
        }
    }

    /// <summary>Handles one input from the pipeline or the command line.</summary>
    protected abstract void ProcessInput();

    /// <summary>Releases the cancellation source.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stopping.Dispose();
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        var ended = false;
        try
        {
            Guard(ProcessInput);
            ended = true;
        }
        finally
        {
            if (!ended)
                ProgressRenderer.CompleteAll();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => ProgressRenderer.CompleteAll();

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <summary>Runs engine work to its end and returns its outcome.</summary>
    /// <typeparam name="T">The outcome's type.</typeparam>
    /// <param name="work">The work; it gets the output to talk to and a token that is cancelled when the command must end.</param>
    protected T RunEngine<T>(Func<IRunOutput, CancellationToken, Task<T>> work) =>
        PipelinePump.Run(this, (output, _, cancellation) => work(output, cancellation), _stopping.Token);

    /// <summary>Runs engine work that needs the pipeline thread now and then, to its end.</summary>
    /// <typeparam name="T">The outcome's type.</typeparam>
    /// <param name="work">The work; it gets the output, the way to the pipeline thread, and a token that is cancelled when the command must end.</param>
    private protected T RunEngine<T>(Func<IRunOutput, IPipelineThread, CancellationToken, Task<T>> work) => PipelinePump.Run(this, work, _stopping.Token);

    /// <summary>Asks what PowerShell may have to put to a person.</summary>
    /// <param name="question">Asks.</param>
    /// <param name="what">What is asked about, as the beginning of a sentence.</param>
    /// <param name="way">The parameters with which there is no question.</param>
    /// <param name="target">The table or backup concerned.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.ConfirmationRequired"/>: there is nobody to ask.</exception>
    protected static bool Ask(Func<bool> question, string what, string way, string target)
    {
        ArgumentNullException.ThrowIfNull(question);
        try
        {
            return question();
        }
        catch (Exception exception) when (exception is PSInvalidOperationException or HostException or PSNotImplementedException)
        {
            throw new DynamoBackupException(
                BackupErrorCode.ConfirmationRequired, $"{what} has to be confirmed, and this session cannot ask: it is not interactive. Nothing was done. Give {way}.", target, exception);
        }
    }

    /// <summary>Does something about one table: an error that concerns only this one is written, and the method returns.</summary>
    /// <param name="action">What to do.</param>
    protected void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (DynamoBackupException error)
        {
            var record = ErrorRecordMap.ToErrorRecord(error);
            if (ErrorRecordMap.EndsCommand(error.Code))
                ThrowTerminatingError(record);
            WriteError(record);
        }
    }
}
