namespace DynamoBackup;

/// <summary>What to do where a chain of incremental backups cannot go on, for changes are lost.</summary>
public enum GapAction
{
    /// <summary>Take a new full backup, which records the gap.</summary>
    NewFull = 0,

    /// <summary>Fail, and leave the decision to whoever reads the error.</summary>
    Fail,
}
