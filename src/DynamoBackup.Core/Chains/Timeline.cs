namespace DynamoBackup.Chains;

/// <summary>A time of which every whole second can be restored.</summary>
/// <param name="From">Its first second.</param>
/// <param name="To">Its last one.</param>
/// <param name="Link">The backup that brings it back, with those before it.</param>
internal sealed record RestorableSpan(DateTime From, DateTime To, ChainLink Link);

/// <summary>A time of which no whole second can be restored, between two that can.</summary>
/// <param name="From">The last second before it.</param>
/// <param name="To">The first second after it.</param>
/// <param name="After">The backup that comes after it.</param>
/// <param name="Reason">What happened, in words.</param>
internal sealed record TimelineGap(DateTime From, DateTime To, ChainLink After, string Reason);

/// <summary>Which seconds can be restored, and which cannot.</summary>
internal sealed class Timeline
{
    private readonly IReadOnlyList<ChainLink> _links;

    public Timeline(IReadOnlyList<ChainLink> links)
    {
        _links = links;
        // Of those that begin together a full backup comes first: what was unknown before them, it ends.
        Spans = [.. links.Where(link => link is { IsState: true, To: not null }).Select(SpanOf).OrderBy(span => span.From).ThenBy(span => span.Link.Depth)];
        Gaps = [.. FindGaps()];
    }

    /// <summary>What can be restored, by beginning; spans of different chains may overlap.</summary>
    public IReadOnlyList<RestorableSpan> Spans { get; }

    /// <summary>What cannot, in order.</summary>
    public IReadOnlyList<TimelineGap> Gaps { get; }

    /// <summary>The last second before the instant that can be restored; null where there is none.</summary>
    public DateTime? LastBefore(DateTime instant) => Spans.Where(span => span.From < instant).Max(span => (DateTime?)(span.To < instant ? span.To : instant.AddSeconds(-1)));

    /// <summary>The first second after the instant that can be restored; null where there is none.</summary>
    public DateTime? FirstAfter(DateTime instant) => Spans.Where(span => span.To > instant).Min(span => (DateTime?)(span.From > instant ? span.From : instant.AddSeconds(1)));

    private static RestorableSpan SpanOf(ChainLink link)
    {
        var to = Second.Before(link.To!.Value);
        return new(link.IsFull || link.IsCompacted ? to : Second.Before(link.Before!.To!.Value), to, link);
    }

    private IEnumerable<TimelineGap> FindGaps()
    {
        RestorableSpan? last = null;
        foreach (var span in Spans)
        {
            if (last is not null && span.From - last.To > TimeSpan.FromSeconds(1))
            {
                var after = IsCompletion(span.Link) ? span.Link.Before! : span.Link;
                yield return new(last.To, span.From, after, Reason(last, span, after));
            }

            if (last is null || span.To > last.To)
                last = span;
        }
    }

    /// <summary>Whether it is what makes the full backup before it exact: the two come after a gap as one.</summary>
    private static bool IsCompletion(ChainLink link) => link.Before is { IsFull: true, IsExactAlone: false } full && full.Backup.ExactWith == link.Backup.Id;

    private string Reason(RestorableSpan last, RestorableSpan next, ChainLink after)
    {
        if (after.Backup.Gap is { Reason.Length: > 0 } recorded)
            return recorded.Reason;
        if (after.IsCompacted)
            return $"{after.Backup.Id} is an incremental export by AWS, which holds each item's last change alone: of its time only the end can be restored";
        var unusable = _links.FirstOrDefault(link => link.Base is null && link.To > last.To && (link.From ?? link.To) < next.From);
        if (unusable is not null)
            return WhyUnusable(unusable);
        if (after.TableId is not null && last.Link.TableId is not null && after.TableId != last.Link.TableId)
            return "the table was deleted and created again under its name";
        return $"no backup holds what changed between {last.Link.Backup.Id} and the full backup {after.Backup.Id}, which begins a new chain";
    }

    /// <summary>Why a backup without a base cannot be restored.</summary>
    public static string WhyUnusable(ChainLink link) => link.Broken ?? $"backup {link.Backup.Id} is {(link.Backup.IsUnfinished ? "not complete" : link.Backup.IsDamaged ? "damaged" : "of a kind that is not read")}";
}
