using System.Text.Json.Nodes;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What -WhatIf tells: found out by describing, without reading an item.</summary>
public sealed class PlanTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Theory]
    [InlineData(30, 9_123, false, 1.5)]
    [InlineData(30, 9_123, true, 3.0)]
    [InlineData(0, 0, false, 0.5)]
    [InlineData(1_000_000, 4_096_000_000, false, 500_000.0)]
    public async Task A_backups_plan_follows_from_the_tables_own_counts(long items, long bytes, bool consistent, double units)
    {
        var table = await Dynalite.NewTableAsync([]);
        await using var proxy = await DescribingProxyAsync(description =>
        {
            description["ItemCount"] = items;
            description["TableSizeBytes"] = bytes;
        });

        var plan = await BackupRun.PlanAsync(
            RequestFor(table, proxy.Endpoint) with { ConsistentRead = consistent, ReadLimit = new CapacityLimit(0.5, null) }, Output, Cancellation);

        Assert.Equal((table, items, bytes, units), (plan.TableName, plan.Items, plan.Bytes, plan.ReadUnits));
        Assert.Equal(units / 0.5, plan.Duration!.Value.TotalSeconds, 0.001);
        Assert.Contains("0.5 units/s", plan.Basis, StringComparison.Ordinal);
        Assert.Equal(["DescribeTable"], proxy.Requests.Keys);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("""{"BillingModeSummary":{"BillingMode":"PROVISIONED"},"ProvisionedThroughput":{"ReadCapacityUnits":10,"WriteCapacityUnits":5}}""", 20.0, "10 units/s (provisioned)")]
    [InlineData("""{"OnDemandThroughput":{"MaxReadRequestUnits":50}}""", 4.0, "50 units/s (on-demand maximum)")]
    [InlineData("""{"OnDemandThroughput":{"MaxReadRequestUnits":-1},"WarmThroughput":{"ReadUnitsPerSecond":12000}}""", 200.0 / 12_000, "12,000 units/s (warm throughput)")]
    public async Task Without_a_limit_the_time_follows_from_what_the_table_has(string settings, double seconds, string basis)
    {
        var table = await Dynalite.NewTableAsync([]);
        await using var proxy = await DescribingProxyAsync(description =>
        {
            description["TableSizeBytes"] = 400 * 4096;
            foreach (var (name, value) in JsonNode.Parse(settings)!.AsObject())
                description[name] = value!.DeepClone();
        });

        var plan = await BackupRun.PlanAsync(RequestFor(table, proxy.Endpoint), Output, Cancellation);

        Assert.Equal(200, plan.ReadUnits);
        Assert.Equal(seconds, plan.Duration!.Value.TotalSeconds, 0.001);
        Assert.Equal(basis, plan.Basis);
    }

    [Fact]
    public async Task A_table_that_does_not_tell_its_capacity_has_no_time_and_no_share()
    {
        var table = await Dynalite.NewTableAsync([]);

        var plan = await BackupRun.PlanAsync(RequestFor(table), Output, Cancellation);
        Assert.Null(plan.Duration);
        Assert.Contains("does not tell", plan.Basis, StringComparison.Ordinal);

        var share = RequestFor(table) with { ReadLimit = new CapacityLimit(null, 50) };
        Assert.Equal(BackupErrorCode.CapacityUnknown, (await Assert.ThrowsAsync<DynamoBackupException>(() => BackupRun.PlanAsync(share, Output, Cancellation))).Code);
        Assert.Equal(BackupErrorCode.CapacityUnknown, (await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(share))).Code);
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_plan_of_a_table_that_is_not_there_is_an_error() => Assert.Equal(
        BackupErrorCode.TableNotFound,
        (await Assert.ThrowsAsync<DynamoBackupException>(() => BackupRun.PlanAsync(RequestFor("nowhere"), Output, Cancellation))).Code);

    [Fact]
    public async Task A_restores_plan_counts_each_item_by_its_size_and_each_index()
    {
        var items = MixedItems.Create(100).Select((item, index) =>
        {
            item[TableShape.RangeKey] = Attr.N("1");
            item["padding"] = Attr.S(new string('x', index < 10 ? 5_000 : 1));
            return item;
        });
        var table = await Dynalite.NewTableAsync(items, TableShape.HashAndRange with { GlobalIndex = true, LocalIndex = true });
        var backup = await BackUpAsync(table);

        var plan = await RestoreRun.PlanAsync(
            RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { WriteLimit = new CapacityLimit(10, null) }, Output, Cancellation);

        // What the server itself counts as the same items are written, once for the table.
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "BatchWriteItem");
        await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint));
        Assert.True(meter.Total > 140, $"{meter.Total}");
        Assert.Equal(meter.Total * 3, plan.WriteUnits);
        Assert.Equal(plan.WriteUnits / 10, plan.Duration!.Value.TotalSeconds, 0.001);
        Assert.Contains("10 units/s", plan.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restores_plan_is_of_the_table_that_was_asked_for()
    {
        var items = MixedItems.Create(20).Select(item =>
        {
            item[TableShape.RangeKey] = Attr.N("1");
            return item;
        });
        var table = await Dynalite.NewTableAsync(items, TableShape.HashAndRange with { GlobalIndex = true, LocalIndex = true, Provisioned = true, WriteCapacity = 50 });
        var restore = RestoreOf(await BackUpAsync(table), DynaliteFixture.NewName("Copy"));
        var asItWas = await PlanAsync(new());
        Assert.Contains("50 units/s (provisioned)", asItWas.Basis, StringComparison.Ordinal);

        Assert.Contains("7 units/s (provisioned)", (await PlanAsync(new() { WriteCapacityUnits = 7 })).Basis, StringComparison.Ordinal);
        Assert.Null((await PlanAsync(new() { BillingMode = TableBillingMode.PayPerRequest })).Duration);
        var bare = await PlanAsync(new() { ExcludedIndexes = [new IndexPattern("*", true, _ => true)] });
        Assert.Equal(asItWas.WriteUnits / 3, bare.WriteUnits);

        Task<RestorePlan> PlanAsync(TableOverrides overrides) => RestoreRun.PlanAsync(restore with { Overrides = overrides }, Output, Cancellation);
    }

    [Fact]
    public async Task A_backup_that_does_not_record_its_units_is_estimated_by_the_average_item()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40));
        var backup = await BackUpAsync(table);
        var sidecar = Assert.Single(FilesOf(backup, "dynamobackup.json"));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(sidecar, Cancellation))!;
        Assert.True(json.AsObject().Remove("writeUnits"));
        await File.WriteAllTextAsync(sidecar, json.ToJsonString(), Cancellation);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(sidecar, Cancellation)));
        await File.WriteAllTextAsync(sidecar + ".sha256", $"{digest}  dynamobackup.json\n", Cancellation);

        var plan = await RestoreRun.PlanAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy")), Output, Cancellation);

        Assert.Equal(40 * Math.Ceiling(backup.ItemBytes!.Value / 40 / 1024.0), plan.WriteUnits);
    }

    [Fact]
    public async Task A_share_of_an_existing_tables_unknown_capacity_is_refused_before_anything_is_written()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(10));
        var backup = await BackUpAsync(table);
        var target = await Dynalite.NewTableAsync([]);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreRun.PlanAsync(
            RestoreOf(backup, target) with { WriteLimit = new CapacityLimit(null, 50) }, Output, Cancellation));

        Assert.Equal(BackupErrorCode.CapacityUnknown, error.Code);
    }

    [Fact]
    public async Task A_share_of_a_created_tables_unknown_capacity_takes_the_table_away_again()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(10));
        var backup = await BackUpAsync(table);
        var target = DynaliteFixture.NewName("Copy");

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target) with { WriteLimit = new CapacityLimit(null, 50) }));

        Assert.Equal(BackupErrorCode.CapacityUnknown, error.Code);
        Assert.Contains("was deleted again", error.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task A_share_of_a_created_tables_capacity_is_one_of_its_own()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(10), new TableShape { Provisioned = true, WriteCapacity = 50 });
        var backup = await BackUpAsync(table);

        var request = RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { WriteLimit = new CapacityLimit(null, 40) };
        var plan = await RestoreRun.PlanAsync(request, Output, Cancellation);
        var restored = await RestoreRun.RunAsync(request, plan, Output, Cancellation);

        Assert.Equal(plan.WriteUnits / 20, plan.Duration!.Value.TotalSeconds, 0.001);
        Assert.True(restored.Verified);
        Assert.Contains(Output.Messages, message => message.Contains("limited to 20 units/s (40 % of 50, its provisioned units)", StringComparison.Ordinal));
    }

    private async Task<DynamoProxy> DescribingProxyAsync(Action<JsonNode> change)
    {
        var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "DescribeTable" && exchange.ResponseJson() is var answer)
            {
                change(answer["Table"]!);
                exchange.ReplaceResponse(answer);
            }

            return Task.CompletedTask;
        };
        return proxy;
    }
}
