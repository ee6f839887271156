namespace DynamoBackup;

/// <summary>Whether a backup is the table's state at one instant.</summary>
public enum BackupExactness
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It is, together with the changes of <see cref="BackupInfo.ExactWith"/> and of the backups it builds on, the table's state at <see cref="BackupInfo.ToUtc"/>.</summary>
    Exact,

    /// <summary>Items written between <see cref="BackupInfo.FromUtc"/> and <see cref="BackupInfo.ToUtc"/>, while the table was read, may or may not be in it.</summary>
    Fuzzy,
}
