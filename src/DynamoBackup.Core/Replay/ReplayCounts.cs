namespace DynamoBackup.Replay;

/// <summary>What a replay did.</summary>
/// <param name="BaseItems">Items of the base.</param>
/// <param name="Kept">Items of the base that no change replaced or deleted.</param>
/// <param name="Superseded">Items of the base that a change replaced.</param>
/// <param name="Deleted">Items of the base that a change deleted.</param>
/// <param name="Put">Items that changes left.</param>
/// <param name="Changes">Changes read.</param>
/// <param name="Late">Changes after the instant, which do not count.</param>
/// <param name="Expired">Deletions by time to live, which were left out on request.</param>
internal sealed record ReplayCounts(long BaseItems, long Kept, long Superseded, long Deleted, long Put, long Changes, long Late, long Expired)
{
    /// <summary>Items at the instant.</summary>
    public long Items => Kept + Put;
}
