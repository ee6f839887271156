namespace DynamoBackup;

/// <summary>An output for runs that nobody listens to.</summary>
internal sealed class NoOutput : IRunOutput
{
    /// <summary>The only one that is needed.</summary>
    public static readonly NoOutput Instance = new();

    private NoOutput()
    {
    }

    /// <inheritdoc/>
    public void Error(DynamoBackupException error)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void Verbose(string message)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void Debug(string message)
    {
        // Nobody listens.
    }

    /// <inheritdoc/>
    public void Progress(BackupProgress progress)
    {
        // Nobody listens.
    }
}
