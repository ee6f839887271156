using System.Collections.Concurrent;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Keeps what a run says.</summary>
public sealed class CollectedOutput : IRunOutput
{
    public ConcurrentQueue<DynamoBackupException> Errors { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public ConcurrentQueue<BackupProgress> Reports { get; } = new();

    public void Error(DynamoBackupException error) => Errors.Enqueue(error);

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Verbose(string message) => Messages.Enqueue(message);

    public void Debug(string message) => Messages.Enqueue(message);

    public void Progress(BackupProgress progress) => Reports.Enqueue(progress);
}
