namespace DynamoBackup;

/// <summary>Where the whole table is wanted, changes will not do.</summary>
internal static class FullBackup
{
    /// <summary>Refuses an incremental backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cannot">What cannot be done with it: <c>be restored</c>.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.FormatNotSupported"/>: it is one.</exception>
    public static void Require(BackupInfo backup, string cannot)
    {
        if (backup.Type == BackupType.Incremental)
        {
            throw new DynamoBackupException(
                BackupErrorCode.FormatNotSupported,
                $"Backup {backup.Id} cannot {cannot} by itself: it is incremental, so it holds changes and not the table. Use a full backup: Get-DynamoBackup {backup.TableName} -Source '{backup.Location}' | Where-Object Type -eq Full", backup.TableName);
        }
    }
}
