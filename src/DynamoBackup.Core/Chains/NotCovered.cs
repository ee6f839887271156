namespace DynamoBackup.Chains;

/// <summary>The error that an instant cannot be restored: why, and what can be restored in its place.</summary>
internal static class NotCovered
{
    /// <summary>Makes the error.</summary>
    /// <param name="links">All backups of the table.</param>
    /// <param name="timeline">What can be restored from them.</param>
    /// <param name="at">The instant, a whole second.</param>
    public static DynamoBackupException Error(IReadOnlyList<ChainLink> links, Timeline timeline, DateTime at)
    {
        var table = links.Count > 0 ? links[0].Backup.TableName : null;
        var of = table is null ? "" : $" of '{table}'";
        var (before, after) = (timeline.LastBefore(at), timeline.FirstAfter(at));
        var message = (before, after) switch
        {
            ({ } earlier, { } later) => $"No backups{of} bring back {Second.Text(at)}. The nearest instants that can be restored are {Second.Text(earlier)} before it and {Second.Text(later)} after it. {Why(timeline, at)}",
            ({ } earlier, null) => $"No backups{of} bring back {Second.Text(at)}: they reach up to {Second.Text(earlier)}. {WhyEnd(links, timeline, earlier)}",
            (null, { } later) => $"No backups{of} bring back {Second.Text(at)}: the first instant that can be restored is {Second.Text(later)}.",
            _ when links.Count == 0 => "There are no backups to restore from. Get-DynamoBackup lists what a store holds.",
            _ => $"No backup{of} is the table's state at one instant, so {Second.Text(at)} cannot be restored. With a stream on the table (Backup-DynamoTable -EnableStream), full backups are exact, and incremental ones can follow them.",
        };
        return new(BackupErrorCode.PointInTimeNotCovered, message + Inexact(links, at), table);
    }

    private static string Why(Timeline timeline, DateTime at)
    {
        var gap = timeline.Gaps.FirstOrDefault(gap => gap.From < at && at < gap.To);
        return gap is null ? "" : $"The reason: {gap.Reason}.";
    }

    private static string WhyEnd(IReadOnlyList<ChainLink> links, Timeline timeline, DateTime end)
    {
        if (links.FirstOrDefault(link => link.Base is null && !(link.To <= end)) is { } unusable)
            return $"What follows cannot be used: {Timeline.WhyUnusable(unusable)}. If another store holds it, give both stores as -Source.";
        return timeline.Spans.First(span => span.To == end).Link is { IsCompacted: false, Backup.StreamArn: not null }
            ? "Backup-DynamoTable -Type Incremental brings more, as long as the table's stream holds the changes: 24 hours."
            : "A new backup brings more: Backup-DynamoTable -Type Incremental, for a table with a stream, or a newer export by AWS.";
    }

    /// <summary>Points to the nearest full backup that no instant leads to.</summary>
    private static string Inexact(IReadOnlyList<ChainLink> links, DateTime at)
    {
        var completed = links.Where(link => link is { IsState: true, Before.IsFull: true }).Select(link => link.Before!).ToHashSet();
        var nearest = links.Where(link => link is { IsFull: true, IsUsable: true, IsExactAlone: false } && !completed.Contains(link)).MinBy(Distance);
        return nearest is null
            ? ""
            : $" Nearest of the full backups that are not exact is {nearest.Backup.Id}, the table as it was between {Second.Text(nearest.From)} and {Second.Text(nearest.To)}: restore it with -Id {nearest.Backup.Id}, without -PointInTime.";

        TimeSpan Distance(ChainLink link) => at < link.From ? link.From.Value - at : at > link.To ? at - link.To.Value : TimeSpan.Zero;
    }
}
