using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What a run reads under a budget, as the proxy before the server counts it: within a tenth of the budget, whatever the table looks like.</summary>
public sealed class MeteredReadTests(MeteredServer server) : MeteredTest(server)
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task A_backup_reads_at_the_budgets_rate(int segments, bool serverDoesNotTell)
    {
        var table = await Dynalite.NewTableAsync(Items(1_900, bytes: 4_000));
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan", hide: serverDoesNotTell);

        var backup = await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = segments, ReadLimit = new CapacityLimit(200, null) });

        Assert.Equal(1_900, backup.ItemCount);
        AssertRate(meter, 200);
    }

    [Fact]
    public async Task One_hot_segment_uses_the_whole_budget()
    {
        var items = Items(1_700, bytes: 4_000).Select((item, index) => new Dictionary<string, AttributeValue>(item)
        {
            [TableShape.HashKey] = Attr.S(index % 50 == 0 ? $"cold-{index}" : "hot"),
            [TableShape.RangeKey] = Attr.N(index.ToString(CultureInfo.InvariantCulture)),
        });
        var table = await Dynalite.NewTableAsync(items, TableShape.HashAndRange);
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");

        var backup = await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 8, ReadLimit = new CapacityLimit(200, null) });

        Assert.Equal(1_700, backup.ItemCount);
        AssertRate(meter, 200);
    }

    [Fact]
    public async Task Two_tables_one_after_another_hold_one_budget_together()
    {
        var (one, two) = (await Dynalite.NewTableAsync(Items(500, bytes: 4_000)), await Dynalite.NewTableAsync(Items(500, bytes: 4_000)));
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");
        var limit = new CapacityLimit(200, null);

        await BackUpAsync(RequestFor(one, proxy.Endpoint) with { ReadLimit = limit });
        await BackUpAsync(RequestFor(two, proxy.Endpoint) with { ReadLimit = limit });

        AssertHighest(meter, 200);
        Assert.True(meter.Rate <= 220, $"{meter.Rate} units a second");
    }

    [Fact]
    public async Task Many_small_tables_hold_one_budget_together()
    {
        var tables = new List<string>();
        for (var index = 0; index < 8; index++)
            tables.Add(await Dynalite.NewTableAsync(Items(10, bytes: 100)));
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");
        var limit = new CapacityLimit(2, null);

        foreach (var table in tables)
            await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 1, ReadLimit = limit });

        // By itself, each table is done at once: pages of one item, of eight, and of what is left.
        Assert.Equal(24, proxy.RequestCount("Scan"));
        Assert.Equal(12, meter.Total);
        Assert.True(meter.Rate <= 2.2, $"{meter.Rate} units a second");
    }

    [Fact]
    public async Task A_percentage_is_one_of_the_tables_provisioned_units()
    {
        var table = await Dynalite.NewTableAsync(Items(400, bytes: 4_000), new TableShape { Provisioned = true, ReadCapacity = 200 });
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");

        await BackUpAsync(RequestFor(table, proxy.Endpoint) with { ReadLimit = new CapacityLimit(null, 30) });

        Assert.Contains(Output.Messages, message => message.Contains("limited to 60 units/s (30 % of 200", StringComparison.Ordinal));
        AssertHighest(meter, 60);
    }

    [Fact]
    public async Task Comparing_with_a_live_table_holds_a_budget_too()
    {
        var table = await Dynalite.NewTableAsync(Items(300, bytes: 4_000));
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");

        var verification = await VerifyRun.RunAsync(
            new VerifyRequest
            {
                Source = backup.Location,
                Path = backup.Path,
                Level = VerificationLevel.Live,
                Connection = DynaliteFixture.ConnectTo(proxy.Endpoint),
                ReadLimit = new CapacityLimit(60, null),
            }, Output, Cancellation);

        Assert.True(verification.IsValid);
        AssertHighest(meter, 60);
    }

    [Fact]
    public async Task Without_a_budget_requests_are_as_ever()
    {
        var table = await Dynalite.NewTableAsync(Items(50, bytes: 100));
        await using var proxy = await Dynalite.NewProxyAsync();
        var asked = new ConcurrentBag<string>();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is "Scan" or "BatchWriteItem")
                asked.Add(Encoding.UTF8.GetString(exchange.RequestBody));
            return Task.CompletedTask;
        };

        var backup = await BackUpAsync(table, proxy.Endpoint);
        await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint));

        Assert.NotEmpty(asked);
        Assert.All(asked, request => Assert.DoesNotContain("Limit", request, StringComparison.Ordinal));
        Assert.All(asked, request => Assert.DoesNotContain("ReturnConsumedCapacity", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_waits_for_its_budget_ends_at_once_when_it_is_cancelled()
    {
        var table = await Dynalite.NewTableAsync(Items(100, bytes: 4_000));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        cancel.CancelAfter(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupRun.RunAsync(
            RequestFor(table) with { ReadLimit = new CapacityLimit(0.1, null) }, Output, cancel.Token));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        AssertNothingLeft();
    }
}
