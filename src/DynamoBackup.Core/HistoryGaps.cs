using DynamoBackup.Chains;

namespace DynamoBackup;

/// <summary>Finds the times whose changes are in no backup: a history has holes there, which nothing else in it shows.</summary>
internal static class HistoryGaps
{
    private const int MostTold = 3;

    /// <summary>The times, oldest first. Before the first incremental backup nothing is expected to be known of changes.</summary>
    /// <param name="backups">The backups of one table that could be read.</param>
    public static IReadOnlyList<(DateTime From, DateTime To)> Of(IEnumerable<BackupInfo> backups)
    {
        var gaps = new List<(DateTime, DateTime)>();
        DateTime? reached = null;
        foreach (var (from, to, isFull) in backups.Select(SpanOf).OrderBy(span => span.From))
        {
            if (reached is { } last && from - last > TimeSpan.FromSeconds(1))
                gaps.Add((last, from));
            if ((reached is not null || !isFull) && !(to <= reached))
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
    private static (DateTime From, DateTime To, bool IsFull) SpanOf(BackupInfo backup)
    {
        var to = Second.Before(backup.ToUtc ?? backup.CompletedUtc ?? backup.StartedUtc);
        return backup.Type == BackupType.Full ? (to, to, true) : (Second.Before(backup.FromUtc ?? to), to, false);
    }
}
