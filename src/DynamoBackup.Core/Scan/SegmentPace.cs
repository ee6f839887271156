namespace DynamoBackup.Scan;

/// <summary>Chooses how many items a segment's next page may hold, from what its items have cost so far.</summary>
internal sealed class SegmentPace(ScanPace scan)
{
    /// <summary>Items differ: what earlier pages cost counts for less with each new one.</summary>
    private const double Memory = 0.7;

    /// <summary>How much a page may be longer than the last one, so that a few small items do not promise too much.</summary>
    private const int MostGrowth = 8;

    /// <summary>More items than a page of 1 MB can hold.</summary>
    private const int MostItems = 1 << 20;

    private double _units;
    private double _items;

    /// <summary>The most items that the next page may hold.</summary>
    public int Limit { get; private set; } = 1;

    /// <summary>What the next page will probably cost.</summary>
    public double Estimate { get; private set; } = scan.LeastUnits;

    /// <summary>What rounding a page up to 4 KB adds to its items, on the average.</summary>
    private double Rounding => scan.LeastUnits / 2;

    /// <summary>Sizes the next page.</summary>
    public void Next()
    {
        if (_items <= 0)
            return;
        var each = Math.Max(_units / _items, double.Epsilon);
        Limit = (int)Math.Clamp(scan.TargetUnits / each, 1, Math.Min(MostItems, (double)Limit * MostGrowth));
        Estimate = Math.Clamp(Limit * each + Rounding, scan.LeastUnits, scan.FullPageUnits);
    }

    /// <summary>Learns what a page did cost.</summary>
    public void Learn(int items, double units)
    {
        if (items == 0)
            return;
        _units = _units * Memory + Math.Max(units - Rounding, double.Epsilon);
        _items = _items * Memory + items;
    }
}
