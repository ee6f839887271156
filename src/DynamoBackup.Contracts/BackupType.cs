namespace DynamoBackup;

/// <summary>What a backup holds.</summary>
public enum BackupType
{
    /// <summary>Every item of the table.</summary>
    Full = 0,

    /// <summary>What changed in a time: an incremental export by AWS. It is listed, and not read by this version.</summary>
    Incremental,
}
