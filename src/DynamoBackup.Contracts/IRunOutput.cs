namespace DynamoBackup;

/// <summary>
/// Where a run sends what it has to say while it works. Called from any thread. <see cref="Error"/> and the messages may block until the
/// receiver has room; <see cref="Progress"/> never blocks. None throws: to a run that has been cancelled no one listens, and it goes on to clean up.
/// </summary>
public interface IRunOutput
{
    /// <summary>An error about one of several things; the run goes on with the others.</summary>
    /// <param name="error">The error, with its target.</param>
    void Error(DynamoBackupException error);

    /// <summary>Something the user should know.</summary>
    /// <param name="message">The message.</param>
    void Warning(string message);

    /// <summary>A decision taken.</summary>
    /// <param name="message">The message.</param>
    void Verbose(string message);

    /// <summary>A detail for whoever looks for a fault: a retry, a wait.</summary>
    /// <param name="message">The message.</param>
    void Debug(string message);

    /// <summary>How far the work is.</summary>
    /// <param name="progress">The newest state.</param>
    void Progress(BackupProgress progress);
}
