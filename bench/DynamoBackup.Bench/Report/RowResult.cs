using DynamoBackup.Bench.Harness;
using DynamoBackup.Bench.Rows;

namespace DynamoBackup.Bench.Report;

/// <summary>All runs of a row.</summary>
internal sealed class RowResult(BenchRow row)
{
    public BenchRow Row { get; } = row;

    public List<RowRun> Runs { get; } = [];

    public string? Failure { get; set; }

    public bool CanRun => Failure is null && Row.Missing is null;

    public Spread? Wall => Over(static run => run.Cost.WallSeconds);

    public Spread? Process => Over(static run => run.ProcessSeconds);

    public Spread? ItemsPerSecond => PerItem(static run => run.ItemCount / run.Cost.WallSeconds);

    public Spread? CpuPerMillion => PerItem(static run => run.Cost.CpuSeconds * 1e6 / run.ItemCount);

    public Spread? AllocatedPerItem => PerItem(static run => (double?)run.Cost.AllocatedBytes / run.ItemCount);

    public Spread? PeakMB => Over(static run => run.Cost.PeakWorkingSetBytes / 1e6);

    /// <summary>How long the server's answers took, the added latency included.</summary>
    public Spread? LatencyMs => Over(static run => run.Server?.MeanLatencyMs);

    public Spread? ItemsWritten => Over(static run => run.Server?.ItemsWritten);

    /// <summary>The rate that the server saw, from the first batch to the last: without what comes before and after the writing.</summary>
    public Spread? WrittenPerSecond => Over(static run => run.Server is { WriteSeconds: > 0 } server ? server.ItemsWritten / server.WriteSeconds : null);

    public IEnumerable<string> Phases => Runs.SelectMany(static run => run.Phases.Keys).Distinct();

    public Spread? Phase(string name) => Over(run => run.Phases.TryGetValue(name, out var seconds) ? seconds : null);

    private Spread? Over(Func<RowRun, double?> figure) => Spread.Of(Runs.Select(figure));

    private Spread? PerItem(Func<RowRun, double?> figure) => Row.Items == 0 ? null : Over(figure);
}
