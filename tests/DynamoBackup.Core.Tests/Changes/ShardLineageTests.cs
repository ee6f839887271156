using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>Shards that come and go while they are read.</summary>
public sealed class ShardLineageTests : CaptureTest
{
    [Fact]
    public async Task A_stream_of_many_pages_of_shards_is_read_whole_with_few_pages_of_records_at_once()
    {
        Stream.ShardsPerPage = 3;
        for (var split = 0; split < 30; split++)
            Stream.Close(Stream.OpenShards[split % Stream.OpenShards.Count], children: 2);
        var capture = await BeginAsync();
        for (var key = 0; key < 200; key++)
            Stream.Put(key);
        await FinishAsync(capture);
        AssertTaken(Enumerable.Range(0, 200).ToDictionary(key => key, _ => (1, 1)));
        Assert.InRange(Stream.MostReading, 1, Quick.Parallelism);
        Assert.True(Stream.Proxy.RequestCount("DescribeStream") > 10);
    }

    [Fact]
    public async Task Closed_shards_are_read_to_their_ends_before_those_that_followed_them()
    {
        var capture = await BeginAsync();
        Stream.RecordsPerPage = 2;
        for (var round = 0; round < 5; round++)
        {
            for (var write = 0; write < 5; write++)
                Stream.Put(1);
            Stream.Close(Stream.Serving(1).Id, children: 1 + (round % 2));
        }

        var result = await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 25) });
        Assert.Equal(5, result.Position.Shards.Count(shard => shard.Ended));
        Assert.Equal(5, All.Select(record => record.ShardId).Distinct().Count());
    }

    [Fact]
    public async Task A_shard_that_is_not_listed_yet_when_its_parent_ends_is_waited_for()
    {
        var capture = await BeginAsync();
        Stream.HideChildren = 3;
        Stream.Put(1);
        Stream.Close(Stream.Serving(1).Id, children: 2);
        Stream.Put(1);
        await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 2) });
    }

    [Fact]
    public async Task A_capture_whose_end_was_taken_back_goes_on_though_every_shard_has_ended_and_what_follows_is_not_listed_yet()
    {
        var capture = await BeginAsync();
        await FinishAsync(capture);
        capture.EndAt(null);
        var running = capture.RunAsync(TakeAsync, Cancellation);
        Stream.HideChildren = 10;
        Stream.Put(1);
        foreach (var open in Stream.OpenShards)
            Stream.Close(open, children: 1);
        Stream.Put(1);
        while (Stream.Shards.Any(shard => shard.Hidden > 0) && !running.IsCompleted)
            await Task.Delay(5, Cancellation);
        Assert.False(running.IsCompleted, running.Exception?.ToString());
        capture.EndAt(DateTimeOffset.UtcNow);
        await running;
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 2) });
    }

    [Fact]
    public async Task Shards_that_have_been_read_and_are_listed_no_more_leave_the_position()
    {
        var capture = await BeginAsync();
        var old = Stream.Serving(1).Id;
        Stream.Put(1);
        Stream.Close(old, children: 1);
        var position = (await FinishAsync(capture)).Position;
        Assert.Contains(position.Shards, shard => shard.ShardId == old && shard.Ended);
        Stream.Remove(old);
        Stream.Put(1);
        var next = await BeginAsync(position, Quick with { Refresh = TimeSpan.FromMilliseconds(50) });
        position = (await FinishAsync(next)).Position;
        Assert.DoesNotContain(position.Shards, shard => shard.ShardId == old);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 2) });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_random_writer_among_splits_rolls_and_faults_loses_nothing_doubles_nothing_and_keeps_each_keys_order(int seed)
    {
        var random = new Random(seed);
        Stream.RecordsPerPage = 1 + random.Next(20);
        Stream.ShardsPerPage = 1 + random.Next(5);
        Stream.HideChildren = random.Next(3);
        Stream.LeavesEmpty = () => Chance(4);
        Stream.OnRequest = exchange =>
        {
            if (Chance(50))
                exchange.Respond(StreamFaults.Error("LimitExceededException"));
            else if (Chance(50))
                exchange.Respond(StreamFaults.Error("ProvisionedThroughputExceededException"));
            else if (Chance(50))
                exchange.Abort();
            else
                return false;
            return true;
        };
        Stream.OnAnswer = exchange =>
        {
            if (Chance(50))
                exchange.CorruptCrc();
            else if (Chance(50))
                exchange.TruncateAt = exchange.ResponseBody.Length / 2;
        };

        var counts = new Dictionary<int, (int First, int Last)>();
        var capture = await BeginAsync();
        StreamPosition position;
        for (var process = 0; ; process++)
        {
            var running = capture.RunAsync(TakeAsync, Cancellation);
            for (var step = 0; step < 60; step++)
            {
                for (var writes = Next(8); writes > 0; writes--)
                {
                    var key = Next(40);
                    counts[key] = (1, Stream.Put(key));
                }

                var open = Stream.OpenShards;
                if (Chance(12) && open.Count < 12)
                    Stream.Close(open[Next(open.Count)], 1 + Next(2));
                if (Chance(20))
                    Stream.Expire();
                await Task.Delay(Next(10), Cancellation);
            }

            capture.EndAt(DateTimeOffset.UtcNow);
            position = (await running).Position;
            if (process == 1)
                break;
            capture = await BeginAsync(position);
        }

        AssertTaken(counts);

        int Next(int limit)
        {
            lock (random)
                return random.Next(limit);
        }

        bool Chance(int oneIn) => Next(oneIn) == 0;
    }
}
