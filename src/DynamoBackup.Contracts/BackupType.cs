namespace DynamoBackup;

/// <summary>What a backup holds.</summary>
public enum BackupType
{
    /// <summary>Every item of the table.</summary>
    Full = 0,

    /// <summary>What changed in a time, on top of the backups before it: made from the table's stream, or an incremental export by AWS.</summary>
    Incremental,
}
