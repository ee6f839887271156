namespace DynamoBackup;

/// <summary>What a folder named as a backup's holds.</summary>
public enum BackupState
{
    /// <summary>A backup that was completed, whole or damaged.</summary>
    Complete = 0,

    /// <summary>A backup that is being made, or whose making was ended.</summary>
    Unfinished,

    /// <summary>A backup whose removal has begun.</summary>
    BeingDeleted,
}
