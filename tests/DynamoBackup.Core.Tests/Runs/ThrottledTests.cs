using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A budget makes room when the service throttles, and takes its time to come back.</summary>
public sealed class ThrottledTests(MeteredServer server) : MeteredTest(server)
{
    [Fact]
    public async Task Unprocessed_items_are_throttling_to_a_budget()
    {
        var table = await Dynalite.NewTableAsync(Items(300, bytes: 100));
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation != "BatchWriteItem" || exchange.OperationNumber > 4)
                return Task.CompletedTask;
            // Most of it is left undone; the rest goes to the server.
            var request = exchange.RequestJson();
            var operations = request["RequestItems"]!.AsObject().Single().Value!.AsArray();
            while (operations.Count > 1)
                operations.RemoveAt(1);
            exchange.ReplaceRequest(request);
            return Task.CompletedTask;
        };
        var sent = new ConcurrentDictionary<int, JsonNode>();
        var first = proxy.OnRequest;
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem")
                sent[exchange.Number] = exchange.RequestJson()["RequestItems"]!;
            return first(exchange);
        };
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation != "BatchWriteItem" || exchange.OperationNumber > 4)
                return Task.CompletedTask;
            var left = sent[exchange.Number].DeepClone();
            left.AsObject().Single().Value!.AsArray().RemoveAt(0);
            var response = exchange.ResponseJson();
            if (left.AsObject().Single().Value!.AsArray().Count > 0)
                response["UnprocessedItems"] = left;
            exchange.ReplaceResponse(response);
            return Task.CompletedTask;
        };

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint) with { WriteLimit = new CapacityLimit(200, null) });

        Assert.True(restored.Verified);
        Assert.Contains(Output.Messages, message => message.Contains("writes go on at 140 of 200 units", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Throttling_makes_the_rate_fall_and_it_recovers()
    {
        var table = await Dynalite.NewTableAsync(Items(3_600, bytes: 4_000));
        await using var proxy = await Dynalite.NewProxyAsync();
        var began = TimeSpan.MaxValue;
        var watch = Stopwatch.StartNew();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation != "Scan")
                return Task.CompletedTask;
            if (exchange.OperationNumber == 1)
                began = watch.Elapsed;
            // From second 1 to 2.5, every other request.
            if ((watch.Elapsed - began).TotalSeconds is > 1 and < 2.5 && exchange.OperationNumber % 2 == 0)
                exchange.Respond(DynamoErrors.ProvisionedThroughputExceeded());
            return Task.CompletedTask;
        };
        var meter = CapacityMeter.Of(proxy, "Scan");

        var backup = await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 4, ReadLimit = new CapacityLimit(150, null) });

        Assert.Equal(3_600, backup.ItemCount);
        Assert.Contains(Output.Messages, message => message.Contains("reads go on at 105 of 150 units", StringComparison.Ordinal));
        Assert.Contains(Output.Messages, message => message.Contains("reads are back at 150 units", StringComparison.Ordinal));
        // 0.7 x 0.7 of 150 are 73; what is lost in the SDK's own waits comes on top.
        var low = meter.RateBetween(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.True(low < 100, $"{low} units a second while throttled");
        var late = meter.RateBetween(meter.Time - TimeSpan.FromSeconds(1.5), meter.Time);
        Assert.True(late > low && late < 190, $"{late} units a second at the end, {low} while throttled");
        AssertHighest(meter, 150);
    }

    [Fact]
    public async Task One_answer_that_the_SDK_repeats_by_itself_is_seen_all_the_same()
    {
        var table = await Dynalite.NewTableAsync(Items(20, bytes: 100));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange is { Operation: "Scan", OperationNumber: 1 })
                exchange.Respond(DynamoErrors.Throttling());
            return Task.CompletedTask;
        };

        await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 1, ReadLimit = new CapacityLimit(100, null) });

        Assert.DoesNotContain(Output.Messages, message => message.Contains("trying again", StringComparison.Ordinal));
        Assert.Contains(Output.Messages, message => message.Contains("reads go on at 70 of 100 units", StringComparison.Ordinal));
    }
}
