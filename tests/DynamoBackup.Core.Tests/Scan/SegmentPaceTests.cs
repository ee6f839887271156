using DynamoBackup.Aws;
using DynamoBackup.Scan;

namespace DynamoBackup.Core.Tests.Scan;

/// <summary>Pages are as large as a share of a quarter second of the budget, whatever the items' size.</summary>
public sealed class SegmentPaceTests
{
    [Theory]
    [InlineData(200, 4, 100)]
    [InlineData(200, 4, 3_000)]
    [InlineData(200, 4, 300_000)]
    [InlineData(200, 1, 4_000)]
    [InlineData(1_000_000, 4, 400)]
    [InlineData(0.5, 16, 100)]
    [InlineData(25, 64, 400)]
    public void A_page_soon_costs_what_it_should(double rate, int segments, int itemBytes)
    {
        var scan = new ScanPace(new CapacityBudget(rate, CapacityKind.Read), segments, consistentRead: false);
        var page = new SegmentPace(scan);
        var (units, estimate) = (0.0, 0.0);
        for (var read = 0; read < 12; read++)
        {
            page.Next();
            var items = Math.Min(page.Limit, (1 << 20) / itemBytes);
            units = scan.UnitsOf((long)items * itemBytes);
            estimate = page.Estimate;
            page.Learn(items, units);
        }

        var target = Math.Clamp(Math.Max(rate * 0.25 / segments, 2), scan.UnitsOf(itemBytes), scan.FullPageUnits);
        Assert.InRange(units, target * 0.6, target * 1.4);
        Assert.InRange(estimate, units * 0.7, units * 1.4);
    }

    [Fact]
    public void The_first_page_is_one_item_and_pages_grow_eightfold_at_most()
    {
        var page = new SegmentPace(new ScanPace(new CapacityBudget(1_000_000, CapacityKind.Read), 1, consistentRead: true));
        var limits = new List<int>();
        for (var read = 0; read < 5; read++)
        {
            page.Next();
            limits.Add(page.Limit);
            page.Learn(page.Limit, 1);
        }

        Assert.Equal([1, 8, 64, 512, 4_096], limits);
    }

    [Fact]
    public void An_empty_page_teaches_nothing()
    {
        var page = new SegmentPace(new ScanPace(new CapacityBudget(100, CapacityKind.Read), 1, consistentRead: false));
        page.Learn(0, 0.5);
        page.Next();
        Assert.Equal(1, page.Limit);
    }

    [Fact]
    public void Segments_that_have_ended_leave_longer_pages_to_the_others()
    {
        var scan = new ScanPace(new CapacityBudget(1_000, CapacityKind.Read), 4, consistentRead: false);
        Assert.Equal(62.5, scan.TargetUnits);
        scan.End();
        scan.End();
        scan.End();
        Assert.Equal(250, scan.TargetUnits);
    }
}
