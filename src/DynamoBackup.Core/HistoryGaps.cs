using DynamoBackup.Chains;

namespace DynamoBackup;

/// <summary>Finds the times whose changes are in no backup: a history has holes there, which nothing else in it shows.</summary>
internal static class HistoryGaps
{
    private const int MostTold = 3;

    /// <summary>The times, oldest first: since the last full backup before the first incremental one, for before that nothing is expected to be known of changes.</summary>
    /// <param name="read">The backups of one table that could be read.</param>
    /// <param name="listed">All backups of that table.</param>
    public static IReadOnlyList<(DateTime From, DateTime To)> Of(IEnumerable<BackupInfo> read, IReadOnlyCollection<BackupInfo> listed)
    {
        // What makes a full backup exact comes with it, and does not mean that changes are backed up.
        var completions = listed.Select(backup => backup.ExactWith).Where(id => !string.IsNullOrEmpty(id)).ToHashSet(StringComparer.Ordinal);
        var spans = listed.Select(backup => (Backup: backup, Span: SpanOf(backup))).ToList();
        var first = spans.Where(one => one.Backup.Type == BackupType.Incremental && !completions.Contains(one.Backup.Id)).Min(one => (DateTime?)one.Span.From);
        if (first is not { } begin)
            return [];
        var reached = spans.Where(one => one.Backup.Type == BackupType.Full && one.Span.To <= begin).Max(one => (DateTime?)one.Span.To) ?? begin;
        var gaps = new List<(DateTime, DateTime)>();
        foreach (var (from, to) in read.Select(SpanOf).OrderBy(span => span.From))
        {
            if (from - reached > TimeSpan.FromSeconds(1))
                gaps.Add((reached, from));
            if (to > reached)
                reached = to;
        }

        return gaps;
    }

    /// <summary>What is said of them.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="gaps">The times, at least one.</param>
    public static string Describe(string table, IReadOnlyList<(DateTime From, DateTime To)> gaps)
    {
        var told = string.Join(", ", gaps.Take(MostTold).Select(gap => $"between {Second.Text(gap.From)} and {Second.Text(gap.To)}"));
        var more = gaps.Count > MostTold ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", and {gaps.Count - MostTold:N0} more times") : "";
        return $"No backup that was read holds what changed in '{table}' {told}{more}: versions of that time are missing. If another store holds backups of it, give both stores as -Source; Get-DynamoBackup -Chain shows all gaps.";
    }

    /// <summary>A full backup knows the table at its end, and of no change before.</summary>
    private static (DateTime From, DateTime To) SpanOf(BackupInfo backup)
    {
        var to = Second.Before(backup.ToUtc ?? backup.CompletedUtc ?? backup.StartedUtc);
        return backup.Type == BackupType.Full ? (to, to) : (Second.Before(backup.FromUtc ?? to), to);
    }
}
