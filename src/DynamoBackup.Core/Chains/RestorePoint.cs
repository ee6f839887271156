namespace DynamoBackup.Chains;

/// <summary>Which backups bring a table's state at an instant back, and how.</summary>
/// <param name="Base">The full backup.</param>
/// <param name="Increments">What is replayed on top of it, in the order of the chain; empty where the full backup is enough.</param>
/// <param name="AtUtc">The instant, a whole second in UTC: a change counts where its second is this one or before. Null where the full backup is restored as it is.</param>
internal sealed record RestorePoint(BackupInfo Base, IReadOnlyList<BackupInfo> Increments, DateTime? AtUtc);
