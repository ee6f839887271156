using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>
/// Runs engine work on the thread pool and hands what it says to the pipeline thread, the only one that may call Write methods.
/// Errors and messages wait in a bounded queue; of progress only the newest record is kept.
/// </summary>
internal sealed class PipelinePump : IRunOutput, IPipelineThread, IDisposable
{
    private const int QueueCapacity = 256;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly BlockingCollection<PipelineRecord> _queue = new(QueueCapacity);
    private readonly CancellationToken _cancelled;
    private BackupProgress? _progress;

    private PipelinePump(CancellationToken cancelled) => _cancelled = cancelled;

    /// <summary>
    /// Runs <paramref name="work"/> until it ends. However this method is left (a downstream command that throws or breaks,
    /// <c>-ErrorAction Stop</c>, Ctrl+C), the work has been cancelled and has ended by then.
    /// </summary>
    public static T Run<T>(EngineCmdlet cmdlet, Func<IRunOutput, IPipelineThread, CancellationToken, Task<T>> work, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var pump = new PipelinePump(cancel.Token);
        var engine = Task.Run(() => work(pump, pump, cancel.Token), CancellationToken.None);
        var ended = engine.ContinueWith(_ => pump._queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            pump.Drain(cmdlet);
        }
        finally
        {
            cancel.Cancel();
            // Joined without looking at its outcome: on the way out of an exception, that exception is the one to report.
            ended.Wait(CancellationToken.None);
            cmdlet.ProgressRenderer.CompleteTable();
        }

        if (stopping.IsCancellationRequested)
            throw new PipelineStoppedException();
        return engine.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    /// <inheritdoc/>
    public void Error(DynamoBackupException error) => Add(PipelineStream.Error, error);

    /// <inheritdoc/>
    public void Warning(string message) => Add(PipelineStream.Warning, message);

    /// <inheritdoc/>
    public void Verbose(string message) => Add(PipelineStream.Verbose, message);

    /// <inheritdoc/>
    public void Debug(string message) => Add(PipelineStream.Debug, message);

    /// <inheritdoc/>
    public void Progress(BackupProgress progress) => Volatile.Write(ref _progress, progress);

    /// <inheritdoc/>
    public Task RunAsync(Action action, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(PipelineStream.Call, (Action)Run);
        // An action that throws ends the pipeline; whoever waits for it here is cancelled with the rest of the work.
        return done.Task.WaitAsync(cancellationToken);

        void Run()
        {
            action();
            done.SetResult();
        }
    }

    private void Add(PipelineStream stream, object value)
    {
        try
        {
            _queue.Add(new PipelineRecord(stream, value), _cancelled);
        }
        catch (OperationCanceledException)
        {
            // No one reads any more. The engine learns of it by its token, where it is ready to; a message must not cut it off in between.
            Trace.WriteLine(value);
        }
    }

    private void Drain(EngineCmdlet cmdlet)
    {
        var lastProgress = 0L;
        while (!_queue.IsCompleted)
        {
            if (_queue.TryTake(out var record, ProgressInterval))
                cmdlet.WriteRecord(record);
            if (Stopwatch.GetElapsedTime(lastProgress) >= ProgressInterval && Interlocked.Exchange(ref _progress, null) is { } progress)
            {
                cmdlet.ProgressRenderer.Show(progress);
                lastProgress = Stopwatch.GetTimestamp();
            }
        }
    }
}
