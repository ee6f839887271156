namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Does something once, in the middle of a run: when it first says what begins so, or reports progress of that stage.</summary>
internal sealed class PhaseOutput(string phase, Action reached) : IRunOutput
{
    private int _isReached;

    /// <summary>Whether the run came that far.</summary>
    public bool IsReached => Volatile.Read(ref _isReached) != 0;

    public void Error(DynamoBackupException error) => Assert.Fail(error.Message);

    public void Warning(string message) => Assert.Fail(message);

    public void Verbose(string message) => Look(message);

    public void Debug(string message) => Look(message);

    public void Progress(BackupProgress progress) => Look(progress.Stage);

    private void Look(string words)
    {
        if (words.StartsWith(phase, StringComparison.Ordinal) && Interlocked.Exchange(ref _isReached, 1) == 0)
            reached();
    }
}
