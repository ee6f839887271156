using System.Globalization;

namespace DynamoBackup;

/// <summary>
/// Ends a run that takes longer than it may, and says how far it was. A run that is ended takes its leavings away as after a cancellation; that may go
/// on for a while beyond the limit.
/// </summary>
internal sealed class RunTimeout : IRunOutput
{
    private readonly IRunOutput _inner;
    private volatile BackupProgress? _progress;

    private RunTimeout(IRunOutput inner) => _inner = inner;

    /// <summary>Runs with a limit.</summary>
    /// <param name="limit">How long it may take; null does not limit it.</param>
    /// <param name="what">The run, as the words with which a sentence begins.</param>
    /// <param name="consequence">What is left of a run that was ended, and what to do next; whole sentences.</param>
    /// <param name="target">The table.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the run as well; then it is not called late.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.TimedOut"/>, and whatever the run throws.</exception>
    public static async Task<T> RunAsync<T>(
        TimeSpan? limit, string what, string consequence, string? target, IRunOutput output, Func<IRunOutput, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        if (limit is not { } time)
            return await run(output, cancellationToken);
        if (time > TimeSpan.Zero && time < TimeSpan.FromMilliseconds(1))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-Timeout is {time}: a bare number counts ten-millionths of a second. Give a time such as (New-TimeSpan -Hours 6), or '06:00:00'.", target);
        if (time <= TimeSpan.Zero || time.TotalMilliseconds > int.MaxValue)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-Timeout is {time}; give a time of more than nothing and at most 24 days, such as (New-TimeSpan -Hours 6).", target);
        var watched = new RunTimeout(output);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(time);
        try
        {
            return await run(watched, ending.Token);
        }
        catch (OperationCanceledException exception) when (ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DynamoBackupException(
                BackupErrorCode.TimedOut, $"{what} was not done within -Timeout, {time:c}: {watched.Done()}. {consequence}", target, exception);
        }
    }

    void IRunOutput.Error(DynamoBackupException error) => _inner.Error(error);

    void IRunOutput.Warning(string message) => _inner.Warning(message);

    void IRunOutput.Verbose(string message) => _inner.Verbose(message);

    void IRunOutput.Debug(string message) => _inner.Debug(message);

    void IRunOutput.Progress(BackupProgress progress)
    {
        // Meters of several stages never run side by side.
        _progress = progress;
        _inner.Progress(progress);
    }

    private string Done() => _progress is { } progress
        ? string.Create(CultureInfo.InvariantCulture, $"{progress.ItemsDone:N0} {(progress.ItemsTotal is { } total ? $"of about {total:N0} " : "")}items were done at stage {progress.Stage}, the last one that got anywhere")
        : "no item was done";
}
