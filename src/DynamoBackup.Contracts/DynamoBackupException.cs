namespace DynamoBackup;

/// <summary>
/// The one exception type that leaves the engine. Exceptions of the AWS SDK live in an isolated load context, where a script could not
/// catch them by type; they are translated to this one, with the next step in the message and no secret in it.
/// </summary>
public sealed class DynamoBackupException : Exception
{
    /// <summary>Makes an exception with a code, a message that says what to do next, and what it is about.</summary>
    /// <param name="code">What went wrong, as one word.</param>
    /// <param name="message">What went wrong, and the next step.</param>
    /// <param name="target">The table, file or location concerned; null where there is none.</param>
    /// <param name="innerException">The cause, where another exception was translated.</param>
    public DynamoBackupException(BackupErrorCode code, string message, string? target = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Target = target;
    }

    /// <summary>What went wrong, as one word.</summary>
    public BackupErrorCode Code { get; }

    /// <summary>The table, file or location concerned; null where there is none.</summary>
    public string? Target { get; }
}
