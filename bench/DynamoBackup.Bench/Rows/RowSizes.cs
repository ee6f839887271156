namespace DynamoBackup.Bench.Rows;

/// <summary>
/// How many items a run of each kind of row handles: enough for a few seconds on a fast row, for a fresh process first runs code that is
/// not optimised yet; fewer on slow ones. Rates are per item, so rows compare.
/// </summary>
/// <param name="Engine">Rows of the module and limits.</param>
/// <param name="Ten">Ten times <paramref name="One"/>.</param>
/// <param name="One">The smaller table of the growth rows.</param>
internal sealed record RowSizes(long Engine, long One, long Ten)
{
    private const int BudgetSeconds = 4;

    /// <summary>Rows that differ in the number of segments, and those of tests.</summary>
    public long Quarter => Share(4);

    public long SdkBackup => Share(32);

    public long PythonBackup => Share(128);

    public long Restore => Share(10);

    public long SdkRestore => Share(32);

    public long PythonRestore => Share(320);

    /// <summary>Items about four times the size.</summary>
    public long Big => Share(12);

    /// <summary>Backups over TLS or with an artificial latency. Each has a server of its own, which holds its pages in memory.</summary>
    public long Remote => Share(6);

    /// <summary>Restores with an artificial latency.</summary>
    public long SlowRestore => Share(10);

    /// <summary>Restores under a budget of write units: as many as four seconds allow.</summary>
    public long Budgeted => Share(40);

    /// <summary>Write units a second for <see cref="Budgeted"/>: items of one unit each.</summary>
    public long Budget => Budgeted / BudgetSeconds;

    private long Share(long part) => Math.Max(Math.Min(Engine, 2_000), Engine / part);
}
