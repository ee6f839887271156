namespace DynamoBackup.Chains;

/// <summary>
/// Which backups of a table build on which, and which instants they bring back. Knows what backups say of themselves and reads none; a table that was deleted and
/// created again under its name is another one, with chains of its own.
/// </summary>
internal sealed class ChainMap
{
    private readonly IReadOnlyList<ChainLink> _links;
    private readonly Timeline _timeline;
    private readonly Lazy<IReadOnlyList<Chain>> _chains;

    private ChainMap(IReadOnlyList<ChainLink> links)
    {
        _links = links;
        _timeline = new(links);
        _chains = new(FindChains);
    }

    /// <summary>The chains, oldest first, each backup in one of them; a copy that is not used is in none.</summary>
    public IReadOnlyList<Chain> Chains => _chains.Value;

    /// <summary>The times of which every whole second can be restored, oldest first and merged.</summary>
    public IReadOnlyList<(DateTime FromUtc, DateTime ToUtc)> Restorable
    {
        get
        {
            var merged = new List<(DateTime FromUtc, DateTime ToUtc)>();
            foreach (var span in _timeline.Spans)
            {
                if (merged.Count > 0 && span.From - merged[^1].ToUtc <= TimeSpan.FromSeconds(1))
                    merged[^1] = (merged[^1].FromUtc, span.To > merged[^1].ToUtc ? span.To : merged[^1].ToUtc);
                else
                    merged.Add((span.From, span.To));
            }

            return merged;
        }
    }

    /// <summary>Maps the backups of one table.</summary>
    /// <param name="backups">All that is known of, from one store or several, the copies of each in the order in which their stores are preferred.</param>
    /// <exception cref="ArgumentException">They are of several tables.</exception>
    public static ChainMap Of(IEnumerable<BackupInfo> backups)
    {
        ArgumentNullException.ThrowIfNull(backups);
        var all = backups.ToList();
        return all.Exists(backup => backup.TableArn != all[0].TableArn)
            ? throw new ArgumentException("The backups are of several tables.", nameof(backups))
            : new(ChainBuilder.Link(all));
    }

    /// <summary>Finds the backups that bring the table's state at an instant back, with the least to replay.</summary>
    /// <param name="at">The instant; a fraction of a second is dropped.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.PointInTimeNotCovered"/>: none do. The message names the nearest instants that can be restored.</exception>
    public RestorePoint Resolve(DateTimeOffset at)
    {
        var second = Second.Before(at.UtcDateTime);
        var link = _timeline.Spans.Where(span => span.From <= second && second <= span.To).Select(span => span.Link)
            .OrderByDescending(link => link.Base!.To).ThenByDescending(link => link.Base!.Backup.Id, StringComparer.Ordinal).ThenBy(link => link.Depth).ThenBy(link => link.To).FirstOrDefault()
            ?? throw NotCovered.Error(_links, _timeline, second);
        return new(link.Base!.Backup, IsEmptyCompletion(link) && link.Base.To == second ? [] : link.Increments(), second);
    }

    /// <summary>Finds the backups that a restore of one of them takes: it alone, or with those that it builds on and that which makes it exact.</summary>
    /// <param name="backup">One of the backups; a copy at any location.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.BaseMissing"/>: one of those is missing or cannot be used; <see cref="BackupErrorCode.BackupNotFound"/>: it is none of them.</exception>
    public RestorePoint Of(BackupInfo backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var link = _links.FirstOrDefault(link => link.Backup.Id == backup.Id)
            ?? throw new DynamoBackupException(BackupErrorCode.BackupNotFound, $"Backup {backup.Id} is not among the backups of '{backup.TableName}' any more. Get-DynamoBackup lists what is there.", backup.Id);
        if (link.IsFull)
        {
            if (CompletionOf(link) is { } completion && !IsEmptyCompletion(completion))
                return new(link.Backup, completion.Increments(), Second.Before(link.To!.Value));
            var isInexact = link.Backup.ExactWith is { Length: > 0 } && CompletionOf(link) is null;
            return new(isInexact ? link.Backup with { Findings = [.. link.Backup.Findings, ChainFindings.NotExact(link)] } : link.Backup, [], null);
        }

        if (link.Base is null)
        {
            throw new DynamoBackupException(
                BackupErrorCode.BaseMissing,
                $"Backup {backup.Id} of '{backup.TableName}' cannot be restored: {Timeline.WhyUnusable(link)}. If another store holds it, give both stores as -Source; Get-DynamoBackup -Chain shows what can be restored.", backup.TableName);
        }

        return new(link.Base.Backup, link.Increments(), Second.Before(link.To!.Value));
    }

    /// <summary>The usable incremental backup that makes a full one exact.</summary>
    private ChainLink? CompletionOf(ChainLink full) => _links.FirstOrDefault(link => link.Before == full && link.IsState && link.Backup.Id == full.Backup.ExactWith);

    /// <summary>Whether nothing changed while the full backup was read that this one makes exact.</summary>
    private static bool IsEmptyCompletion(ChainLink link) => link is { Depth: 1, Backup.ItemCount: 0 } && link.Base!.Backup.ExactWith == link.Backup.Id;

    private List<Chain> FindChains()
    {
        var findings = new ChainFindings(_timeline);
        var children = _links.Where(link => link.Before is not null).ToLookup(link => link.Before!);
        var chains = new List<Chain>();
        foreach (var first in _links.Where(link => link.Before is null))
        {
            var ordered = new List<BackupInfo>();
            var open = new Stack<ChainLink>([first]);
            while (open.TryPop(out var link))
            {
                ordered.Add(findings.Describe(link, children[link].Any(child => child.IsState)));
                foreach (var child in children[link].OrderByDescending(child => child.To).ThenByDescending(child => child.Backup.Id, StringComparer.Ordinal))
                    open.Push(child);
            }

            chains.Add(first.IsFull ? new(ordered[0], ordered[1..]) : new(null, ordered));
        }

        return chains;
    }
}
