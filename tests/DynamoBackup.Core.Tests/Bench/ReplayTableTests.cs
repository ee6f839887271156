using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Bench.Replay;

namespace DynamoBackup.Core.Tests.Bench;

/// <summary>The replay server's other calls: tables, batches, waits and counts.</summary>
public sealed class ReplayTableTests
{
    private static readonly ReplayOptions Options = new() { Items = 300, PageBytes = 32 << 10 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheTableIsDescribedInFull()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);

        var table = (await replay.Client.DescribeTableAsync("Replay", Cancel)).Table;

        Assert.Equal(300, table.ItemCount);
        Assert.InRange(table.TableSizeBytes!.Value, 300 * 350, 300 * 370);
        Assert.Equal(TableStatus.ACTIVE, table.TableStatus);
        Assert.Equal(BillingMode.PAY_PER_REQUEST, table.BillingModeSummary.BillingMode);
        Assert.Equal("Id", Assert.Single(table.KeySchema).AttributeName);
        Assert.Equal(TimeToLiveStatus.DISABLED, (await replay.Client.DescribeTimeToLiveAsync("Replay", Cancel)).TimeToLiveDescription.TimeToLiveStatus);
        Assert.Equal(
            PointInTimeRecoveryStatus.DISABLED,
            (await replay.Client.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = "Replay" }, Cancel)).ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus);
        Assert.Empty((await replay.Client.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = table.TableArn }, Cancel)).Tags ?? []);
        Assert.Equal(ContributorInsightsStatus.DISABLED, (await replay.Client.DescribeContributorInsightsAsync(new DescribeContributorInsightsRequest { TableName = table.TableArn }, Cancel)).ContributorInsightsStatus);
        Assert.Empty((await replay.Client.DescribeKinesisStreamingDestinationAsync(new DescribeKinesisStreamingDestinationRequest { TableName = "Replay" }, Cancel)).KinesisDataStreamDestinations ?? []);
        await Assert.ThrowsAsync<PolicyNotFoundException>(() => replay.Client.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = table.TableArn }, Cancel));
    }

    [Fact]
    public async Task ATableThatIsNotThereIsNotFound()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);

        await Assert.ThrowsAsync<ResourceNotFoundException>(() => replay.Client.DescribeTableAsync("Missing", Cancel));
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => replay.Client.DescribeTimeToLiveAsync("Missing", Cancel));
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => replay.Client.BatchWriteItemAsync(Batch("Missing", 1), Cancel));
        Assert.Equal(0, (int)(await replay.StatsAsync())["itemsWritten"]!);
    }

    [Fact]
    public async Task WhatIsWrittenToACreatedTableIsCounted()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);
        await CreateAsync(replay, "Target");
        Assert.Equal(TableStatus.ACTIVE, (await replay.Client.DescribeTableAsync("Target", Cancel)).Table.TableStatus);
        Assert.Empty((await replay.Client.ScanAsync(new ScanRequest("Target"), Cancel)).Items);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => replay.Client.BatchWriteItemAsync(Batch("Target", 25), Cancel)));
        var last = await replay.Client.BatchWriteItemAsync(Batch("Target", 3), Cancel);

        Assert.True(last.UnprocessedItems is null or { Count: 0 });
        var stats = await replay.StatsAsync();
        Assert.Equal(203, (int)stats["itemsWritten"]!);
        Assert.Equal(9, (int)stats["writeRequests"]!);
        Assert.Equal("Target", (string?)Assert.Single(stats["tableNames"]!.AsArray()));
        Assert.InRange((int)stats["maxConcurrent"]!, 1, 8);
        Assert.InRange((int)stats["connections"]!, 1, 9);
    }

    [Fact]
    public async Task ABatchThatAsksForItsUnitsIsToldThem()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);
        var batch = Batch("Replay", 25);

        Assert.True((await replay.Client.BatchWriteItemAsync(batch, Cancel)).ConsumedCapacity is null or { Count: 0 });
        batch.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        var told = Assert.Single((await replay.Client.BatchWriteItemAsync(batch, Cancel)).ConsumedCapacity);

        Assert.Equal("Replay", told.TableName);
        Assert.Equal(25, told.CapacityUnits);
    }

    [Fact]
    public async Task ABatchThatIsTooLargeIsRefused()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);

        var refusal = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => replay.Client.BatchWriteItemAsync(Batch("Replay", 26), Cancel));

        Assert.Equal("ValidationException", refusal.ErrorCode);
    }

    [Fact]
    public async Task ATableIsCreatedOnceAndDeleted()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);
        await CreateAsync(replay, "Target");

        await Assert.ThrowsAsync<ResourceInUseException>(() => CreateAsync(replay, "Target"));
        Assert.Equal(["Replay", "Target"], (await replay.Client.ListTablesAsync(Cancel)).TableNames);
        await replay.Client.DeleteTableAsync("Target", Cancel);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => replay.Client.DescribeTableAsync("Target", Cancel));
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => replay.Client.DeleteTableAsync("Replay", Cancel));
    }

    [Fact]
    public async Task EveryAnswerWaitsAsLongAsAsked()
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Latency = TimeSpan.FromMilliseconds(40) });
        var watch = Stopwatch.StartNew();

        var items = await replay.ScanAsync();

        var stats = await replay.StatsAsync();
        Assert.Equal(300, items.Count);
        Assert.True(watch.Elapsed.TotalMilliseconds >= 39 * (int)stats["scanRequests"]!);
        Assert.True((double)stats["meanLatencyMs"]! >= 39);
    }

    [Fact]
    public async Task ResetForgetsTheCounts()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);
        await replay.ScanAsync();
        Assert.True((int)(await replay.StatsAsync())["scanRequests"]! > 0);

        using var answer = await replay.Http.PostAsync("/reset", null, Cancel);

        var stats = await replay.StatsAsync();
        Assert.All(
            ["scanRequests", "itemsScanned", "scanBytes", "writeRequests", "itemsWritten", "otherRequests", "errors", "maxConcurrent", "connections"],
            name => Assert.Equal(0, (long)stats[name]!));
    }

    private static Task CreateAsync(ReplayFixture replay, string name) => replay.Client.CreateTableAsync(
        new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new AttributeDefinition("Id", ScalarAttributeType.S)],
            KeySchema = [new KeySchemaElement("Id", KeyType.HASH)],
        },
        Cancel);

    private static BatchWriteItemRequest Batch(string table, int items) => new()
    {
        RequestItems = new Dictionary<string, List<WriteRequest>>
        {
            [table] = [.. Enumerable.Range(0, items).Select(index => new WriteRequest(new PutRequest(new Dictionary<string, AttributeValue>
            {
                ["Id"] = new($"id {index}"),
                ["Text"] = new("a \"PutRequest\" in a text " + new string('x', 900)),
            })))],
        },
    };
}
