namespace DynamoBackup.Chains;

/// <summary>Tells a backup what its place among the others means for it.</summary>
internal sealed class ChainFindings(Timeline timeline)
{
    private readonly Dictionary<string, TimelineGap> _gaps = timeline.Gaps.ToDictionary(gap => gap.After.Backup.Id, StringComparer.Ordinal);
    private readonly DateTime? _first = timeline.Spans.Count > 0 ? timeline.Spans[0].From : null;

    /// <summary>The backup with the findings of its chain, and with the gap before it.</summary>
    /// <param name="link">The backup.</param>
    /// <param name="isCompleted">Whether the incremental backup that makes a full one exact can be used.</param>
    public BackupInfo Describe(ChainLink link, bool isCompleted)
    {
        var backup = link.Backup;
        var findings = backup.Findings.Where(finding => finding.Kind is not (FindingKind.ChainBroken or FindingKind.ChainGap)).ToList();
        if (link.Broken is { } broken)
        {
            findings.Add(new(
                FindingSeverity.Error, FindingKind.ChainBroken, "", $"It cannot be restored: {broken}. It holds what changed between {Second.Text(link.From)} and {Second.Text(link.To)}.",
                "If another store holds what is missing or a sound copy of it, give both stores as -Source. Otherwise take a new full backup: only what the chain holds before this can be restored."));
        }

        if (link is { IsFull: true, IsUsable: true, IsExactAlone: false } && !isCompleted && !findings.Exists(finding => finding.Kind == FindingKind.NotExact))
            findings.Add(NotExact(link));

        var gap = GapBefore(link);
        if (gap is not null)
        {
            findings.Add(new(
                link.IsCompacted ? FindingSeverity.Information : FindingSeverity.Warning, FindingKind.ChainGap, "",
                $"Before it lies a time that cannot be restored: {(gap.FromUtc is null ? "" : $"after {Second.Text(gap.FromUtc)} and ")}before {Second.Text(gap.ToUtc)}. The reason: {gap.Reason}.",
                "If another store holds backups of that time, give both stores as -Source. Otherwise restore the second before it or the one after it."));
        }

        return backup with { Gap = gap, Findings = [.. findings.OrderByDescending(finding => finding.Severity)] };
    }

    private BackupGap? GapBefore(ChainLink link)
    {
        if (_gaps.TryGetValue(link.Backup.Id, out var gap))
            return new(gap.From, gap.To, gap.Reason);
        if (link.Backup.Gap is not { } recorded || (recorded.ToUtc ?? link.To) is not { } end)
            return null;
        // What was on the other side of the gap may have been removed since, and other backups may cover it by now.
        return _first is { } first && first < end ? null : recorded with { FromUtc = null };
    }

    /// <summary>Says that a full backup is not the table's state at one instant, and why.</summary>
    public static Finding NotExact(ChainLink full)
    {
        var isMissing = full.Backup is { Exactness: BackupExactness.Exact, ExactWith.Length: > 0 };
        return new(
            isMissing ? FindingSeverity.Warning : FindingSeverity.Information, FindingKind.NotExact, "",
            $"It is the table as it was between {Second.Text(full.From)} and {Second.Text(full.To)}, not at one instant: {(isMissing
                ? $"incremental backup {full.Backup.ExactWith}, which holds what changed while it was read, is missing or cannot be used"
                : "what changed while it was read may or may not be in it")}.",
            isMissing
                ? $"If another store holds {full.Backup.ExactWith}, give both stores as -Source. -Id restores the backup as it is."
                : "-Id restores it as it is; -PointInTime does not use it. With a stream on the table (-EnableStream), full backups are exact.");
    }
}
