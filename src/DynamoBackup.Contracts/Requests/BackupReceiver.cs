namespace DynamoBackup;

/// <summary>Takes backups that have been completed, while the run that makes them goes on.</summary>
/// <param name="backups">One backup, once for each store that has it.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
public delegate Task BackupReceiver(IReadOnlyList<BackupInfo> backups, CancellationToken cancellationToken);
