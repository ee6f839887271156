namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>The way from the engine's threads to the pipeline's, the only one that may write objects and run a user's script.</summary>
internal interface IPipelineThread
{
    /// <summary>Does something on the pipeline thread; the task ends when it is done.</summary>
    /// <param name="action">What to do. Where it throws, the command ends with that exception.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task RunAsync(Action action, CancellationToken cancellationToken);
}
