namespace DynamoBackup;

/// <summary>What a backup holds.</summary>
public enum BackupType
{
    /// <summary>Every item of the table.</summary>
    Full = 0,
}
