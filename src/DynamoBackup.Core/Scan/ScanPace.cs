using DynamoBackup.Aws;

namespace DynamoBackup.Scan;

/// <summary>
/// What the segments of one scan share under a budget. A page is read in one go, and a full one costs 128 units at once: under a budget,
/// a round of all segments' pages takes a fraction of a second of it instead.
/// </summary>
internal sealed class ScanPace(CapacityBudget budget, int segments, bool consistentRead)
{
    private const double RoundSeconds = 0.25;

    /// <summary>A page is rounded up to 4 KB: pages of one small item each would cost many times what the items do.</summary>
    private const int LeastBlocks = 4;

    private int _open = segments;

    /// <summary>The budget.</summary>
    public CapacityBudget Budget => budget;

    /// <summary>Units that a page of 1 MB costs.</summary>
    public double FullPageUnits { get; } = ScanPlan.UnitsOf(1 << 20, consistentRead);

    /// <summary>Units that the smallest page costs.</summary>
    public double LeastUnits { get; } = ScanPlan.UnitsOf(1, consistentRead);

    /// <summary>Units that one page should cost now.</summary>
    public double TargetUnits => Math.Max(budget.UnitsPerSecond * RoundSeconds / Math.Max(1, Volatile.Read(ref _open)), LeastUnits * LeastBlocks);

    /// <summary>Leaves the budget to the other segments.</summary>
    public void End() => Interlocked.Decrement(ref _open);

    /// <summary>What a page costs by DynamoDB's rules.</summary>
    /// <param name="bytes">The size of its items.</param>
    public double UnitsOf(long bytes) => ScanPlan.UnitsOf(bytes, consistentRead);
}
