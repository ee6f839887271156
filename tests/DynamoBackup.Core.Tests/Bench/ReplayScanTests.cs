using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Bench.Replay;
using Crc32 = System.IO.Hashing.Crc32;

namespace DynamoBackup.Core.Tests.Bench;

/// <summary>The replay server's Scan, seen by the SDK's own client, which checks every response's CRC.</summary>
public sealed class ReplayScanTests
{
    private const int Items = 5_000;
    private static readonly ReplayOptions Options = new() { Items = Items, PageBytes = 64 << 10 };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public async Task EveryItemComesOnceFromAnyNumberOfSegments(int segments)
    {
        await using var replay = await ReplayFixture.StartAsync(Options);

        var parts = await Task.WhenAll(Enumerable.Range(0, segments).Select(segment => replay.ScanAsync(segment, segments)));

        Assert.Equal(Items, parts.Sum(part => part.Count));
        Assert.Equal(Items, parts.SelectMany(part => part).Select(item => item["Id"].S).Distinct().Count());
        var stats = await replay.StatsAsync();
        Assert.Equal(Items, (int)stats["itemsScanned"]!);
        Assert.InRange((int)stats["scanRequests"]!, 28, 28 + segments);
        Assert.InRange((long)stats["scanBytes"]!, Items * 361L, Items * 366L);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(50)]
    public async Task ALimitCutsPagesWithoutLosingItems(int limit)
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Items = 500, PageBytes = 16 << 10 });

        var items = (await replay.ScanAsync(0, 2, limit)).Concat(await replay.ScanAsync(1, 2, limit)).ToList();

        Assert.Equal(500, items.Select(item => item["Id"].S).Distinct().Count());
        Assert.Equal(500, items.Count);
    }

    [Theory]
    [InlineData(ItemShape.Small)]
    [InlineData(ItemShape.Mixed)]
    public async Task PagesBeyondThoseHeldHaveKeysOfTheirOwn(ItemShape shape)
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Shape = shape, HeldBytes = 200 << 10 });

        var items = (await Task.WhenAll(replay.ScanAsync(0, 3), replay.ScanAsync(1, 3), replay.ScanAsync(2, 3))).SelectMany(part => part).ToList();

        Assert.Equal(Items, items.Count);
        Assert.Equal(Items, items.Select(item => item["Id"].S).Distinct().Count());
    }

    [Theory]
    [InlineData(ItemShape.Small, 361, 3)]
    [InlineData(ItemShape.Big, 1_521, 10)]
    public async Task ItemsAreAsLargeAsTheirShapeSays(ItemShape shape, int bytes, int tolerance)
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Shape = shape, Items = 1_000 });

        await replay.ScanAsync();

        var stats = await replay.StatsAsync();
        var frames = (int)stats["scanRequests"]! * 120;
        Assert.InRange(((long)stats["scanBytes"]! - frames) / 1_000.0, bytes - tolerance, bytes + tolerance);
    }

    [Fact]
    public async Task MixedItemsHaveAllTenTypes()
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Shape = ItemShape.Mixed, Items = 1_000 });

        var values = (await replay.ScanAsync()).SelectMany(item => item.Values).ToList();

        Assert.Contains(values, value => value.S is not null);
        Assert.Contains(values, value => value.N is not null);
        Assert.Contains(values, value => value.B is not null);
        Assert.Contains(values, value => value.BOOL is not null);
        Assert.Contains(values, value => value.NULL is true);
        Assert.Contains(values, value => value.M is { Count: > 0 });
        Assert.Contains(values, value => value.L is { Count: > 0 });
        Assert.Contains(values, value => value.SS is { Count: > 0 });
        Assert.Contains(values, value => value.NS is { Count: > 0 });
        Assert.Contains(values, value => value.BS is { Count: > 0 });
    }

    [Fact]
    public async Task TheSameSeedGivesTheSameBytesAndAnotherOneOthers()
    {
        var first = await BodyAsync(Options);

        Assert.Equal(first, await BodyAsync(Options));
        Assert.NotEqual(first, await BodyAsync(Options with { Seed = 2 }));
    }

    [Theory]
    [InlineData(ItemShape.Small)]
    [InlineData(ItemShape.Big)]
    [InlineData(ItemShape.Mixed)]
    public async Task OneInAHundredItemsIsAnotherOfTheSameLengthWhenAskedFor(ItemShape shape)
    {
        var plain = await BodyAsync(Options with { Shape = shape, Items = 250, PageBytes = 1 << 20 });
        var changed = await BodyAsync(Options with { Shape = shape, Items = 250, PageBytes = 1 << 20, ChangedPercent = 1 });

        Assert.Equal(plain.Length, changed.Length);
        Assert.Equal(2, plain.Zip(changed).Count(pair => pair.First != pair.Second));
        Assert.Equal(plain, changed, ignoreCase: true);
    }

    [Fact]
    public async Task ItemsAreNotChangedWhereNotAllPagesAreHeld() => await Assert.ThrowsAsync<ArgumentException>(
        () => ReplayFixture.StartAsync(Options with { HeldBytes = 200 << 10, ChangedPercent = 1 }));

    [Theory]
    [InlineData("""{"TableName":"Replay"}""")]
    [InlineData("""{"TableName":"Replay","Limit":3}""")]
    [InlineData("""{"TableName":"Replay","Segment":1,"TotalSegments":5000}""")]
    [InlineData("""{"TableName":"Missing"}""")]
    public async Task EveryResponseCarriesItsChecksumAndAnId(string request)
    {
        await using var replay = await ReplayFixture.StartAsync(Options);

        using var response = await PostAsync(replay, request);

        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Crc32.HashToUInt32(body).ToString(), response.Headers.GetValues("x-amz-crc32").Single());
        Assert.Equal(52, response.Headers.GetValues("x-amzn-RequestId").Single().Length);
        Assert.Equal("application/x-amz-json-1.0", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task CountingSendsNoItems()
    {
        await using var replay = await ReplayFixture.StartAsync(Options);
        var request = new ScanRequest("Replay") { Select = Select.COUNT };
        var count = 0;
        do
        {
            var page = await replay.Client.ScanAsync(request, TestContext.Current.CancellationToken);
            count += page.Count!.Value;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        Assert.Equal(Items, count);
        Assert.InRange((long)(await replay.StatsAsync())["scanBytes"]!, 1, 10_000);
    }

    [Theory]
    [InlineData("""{"TableName":"Replay","FilterExpression":"a = :b"}""", "FilterExpression")]
    [InlineData("""{"TableName":"Replay","Segment":3,"TotalSegments":3}""", "Segment")]
    [InlineData("""{"TableName":"Replay","ExclusiveStartKey":{"Id":{"S":"CUST-1"}}}""", "starting key")]
    [InlineData("""{"TableName":"Replay","ExclusiveStartKey":{"Id":{"S":"CUST-999999999999"}}}""", "outside the range")]
    [InlineData("""{"TableName":"Replay","Limit":0}""", "limit")]
    [InlineData("""{"TableName":7}""", "")]
    [InlineData("""{"TableName":"Repl""", "")]
    [InlineData("""{"TableName":"Missing"}""", "Requested resource not found")]
    public async Task WhatCannotBeAnsweredIsRefused(string request, string message)
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Items = 100 });

        using var response = await PostAsync(replay, request);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("__type", body, StringComparison.Ordinal);
        Assert.Contains(message, body, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await replay.StatsAsync())["errors"]!);
    }

    [Fact]
    public async Task AnEmptyTableHasOneEmptyPage()
    {
        await using var replay = await ReplayFixture.StartAsync(Options with { Items = 0 });

        Assert.Empty(await replay.ScanAsync());
        Assert.Empty(await replay.ScanAsync(2, 4));
    }

    private static async Task<string> BodyAsync(ReplayOptions options)
    {
        await using var replay = await ReplayFixture.StartAsync(options);
        using var response = await PostAsync(replay, """{"TableName":"Replay"}""");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static Task<HttpResponseMessage> PostAsync(ReplayFixture replay, string request)
    {
        var content = new StringContent(request, Encoding.UTF8, "application/x-amz-json-1.0");
        content.Headers.Add("X-Amz-Target", "DynamoDB_20120810.Scan");
        return replay.Http.PostAsync("/", content, TestContext.Current.CancellationToken);
    }
}
