using DynamoBackup.Load;

namespace DynamoBackup;

/// <summary>Counts what became of each write and deletion. May be used by many threads.</summary>
internal sealed class DifferenceTally
{
    private readonly long[] _puts = new long[Enum.GetValues<ConditionalOutcome>().Length];
    private readonly long[] _deletes = new long[Enum.GetValues<ConditionalOutcome>().Length];

    /// <summary>Items written.</summary>
    public long Written => Of(_puts, ConditionalOutcome.Done);

    /// <summary>Items that the table held by then as they are in the backup.</summary>
    public long AlreadySo => Of(_puts, ConditionalOutcome.AlreadySo);

    /// <summary>Items of the backup that were not written, for the table's own had changed.</summary>
    public long LeftAlone => Puts - Written - AlreadySo;

    /// <summary>Items deleted.</summary>
    public long Deleted => Of(_deletes, ConditionalOutcome.Done);

    /// <summary>Writes that have ended.</summary>
    public long Puts => Sum(_puts);

    /// <summary>Deletions that have ended.</summary>
    public long Deletes => Sum(_deletes);

    /// <summary>Counts items that were written without a condition.</summary>
    public void AddWritten(long count) => Interlocked.Add(ref _puts[(int)ConditionalOutcome.Done], count);

    /// <summary>Counts items that were deleted without a condition.</summary>
    public void AddDeleted(long count) => Interlocked.Add(ref _deletes[(int)ConditionalOutcome.Done], count);

    /// <summary>Counts a conditional write.</summary>
    public void AddPut(ConditionalOutcome outcome) => Interlocked.Increment(ref _puts[(int)outcome]);

    /// <summary>Counts a conditional deletion.</summary>
    public void AddDelete(ConditionalOutcome outcome) => Interlocked.Increment(ref _deletes[(int)outcome]);

    /// <summary>What was left out, and why.</summary>
    public IEnumerable<Finding> Findings(string table)
    {
        const string Again = "Run the restore again to compare anew, when no one else writes to the table.";
        foreach (var (counts, what) in new[] { (_puts, "items of the backup were not written"), (_deletes, "extra items were not deleted") })
        {
            if (Of(counts, ConditionalOutcome.Changed) is var changed and > 0)
                yield return New(FindingSeverity.Warning, $"{changed:N0} {what}: others have written them in the table since the comparison, and that was left alone.", Again);
            if (Of(counts, ConditionalOutcome.TooManyAttributes) is var many and > 0)
                yield return New(FindingSeverity.Warning, $"{many:N0} {what}: they have more than {ConditionText.MostAttributes} attributes, more than a condition can name.", "Restore without -Safe, when no one else writes to the table.");
        }

        if (Of(_deletes, ConditionalOutcome.AlreadyGone) is var gone and > 0)
            yield return New(FindingSeverity.Information, $"{gone:N0} extra items were deleted by others before this restore came to them.", "Nothing needs to be done.");

        Finding New(FindingSeverity severity, string detail, string fix) => new(severity, FindingKind.ItemsSkipped, table, detail, fix);
    }

    private static long Of(long[] counts, ConditionalOutcome outcome) => Interlocked.Read(ref counts[(int)outcome]);

    private static long Sum(long[] counts)
    {
        var sum = 0L;
        for (var outcome = 0; outcome < counts.Length; outcome++)
            sum += Interlocked.Read(ref counts[outcome]);
        return sum;
    }
}
