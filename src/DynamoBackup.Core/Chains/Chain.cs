namespace DynamoBackup.Chains;

/// <summary>A full backup and those that build on it. Each backup has the findings that its place in the chain gives it.</summary>
/// <param name="Base">The full backup, usable or not; null where it is missing.</param>
/// <param name="Links">What builds on it, each after the one that it follows; those too that cannot be restored, for one between is missing or damaged.</param>
internal sealed record Chain(BackupInfo? Base, IReadOnlyList<BackupInfo> Links)
{
    /// <summary>All backups, in the order of the chain.</summary>
    public IEnumerable<BackupInfo> Backups => Base is null ? Links : Links.Prepend(Base);
}
