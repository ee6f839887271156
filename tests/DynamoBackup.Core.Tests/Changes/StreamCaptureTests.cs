using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>Where a capture begins, goes on and ends.</summary>
public sealed class StreamCaptureTests : CaptureTest
{
    [Fact]
    public async Task What_was_written_before_the_capture_is_not_taken_and_what_comes_after_is()
    {
        Stream.Put(1, DateTimeOffset.UtcNow.AddHours(-1));
        var capture = await BeginAsync();
        Stream.Put(1);
        Stream.Put(2);
        var result = await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (2, 2), [2] = (1, 1) });
        Assert.Equal((2, 2), (result.Records, result.Shards));
        Assert.NotNull(result.NewestRecord);
    }

    [Fact]
    public async Task A_shard_that_shows_nothing_has_its_start_and_a_date_for_a_position()
    {
        Stream.Put(1, DateTimeOffset.UtcNow.AddHours(-1));
        var first = await BeginAsync();
        var result = await FinishAsync(first);
        Assert.Equal(0, result.Records);
        Assert.Null(result.NewestRecord);
        Assert.Equal(TimeSpan.Zero, result.Lag);
        Assert.All(result.Position.Shards, shard => Assert.True(shard is { After: null, NotBefore: not null, Ended: false } && shard.NotBefore < first.Started));

        Stream.Put(1);
        await FinishAsync(await BeginAsync(result.Position));
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (2, 2) });
    }

    [Fact]
    public async Task Another_process_takes_exactly_the_rest()
    {
        var capture = await BeginAsync();
        StreamPosition position = capture.Position;
        for (var round = 0; round < 4; round++)
        {
            for (var key = 0; key < 20; key++)
                Stream.Put(key);
            if (round == 1)
                Stream.Close(Stream.OpenShards[0], children: 2);
            position = (await FinishAsync(round == 0 ? capture : await BeginAsync(position))).Position;
        }

        AssertTaken(Enumerable.Range(0, 20).ToDictionary(key => key, _ => (1, 4)));
    }

    [Fact]
    public async Task The_same_capture_goes_on_where_it_was()
    {
        var capture = await BeginAsync();
        for (var round = 1; round <= 3; round++)
        {
            Stream.Put(7);
            var result = await FinishAsync(capture);
            Assert.Equal(1, result.Records);
            Stream.Expire();
        }

        AssertTaken(new Dictionary<int, (int, int)> { [7] = (1, 3) });
    }

    [Fact]
    public async Task A_record_that_shows_late_is_taken_where_it_was_written_before_the_end()
    {
        var capture = await BeginAsync(options: Quick with { Settle = TimeSpan.FromSeconds(2) });
        Stream.Delay = TimeSpan.FromSeconds(1);
        Stream.Put(1);
        await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 1) });
    }

    [Fact]
    public async Task The_end_may_be_told_while_the_capture_runs()
    {
        var capture = await BeginAsync();
        var running = capture.RunAsync(TakeAsync, Cancellation);
        while (All.Count < 5)
        {
            Stream.Put(All.Count);
            await Task.Delay(20, Cancellation);
        }

        Assert.False(running.IsCompleted);
        capture.EndAt(DateTimeOffset.UtcNow);
        Assert.Equal(All.Count, (await running).Records);
    }

    [Fact]
    public async Task A_record_dated_after_the_end_ends_an_open_shard()
    {
        var capture = await BeginAsync(options: Quick with { Settle = TimeSpan.FromHours(1) });
        foreach (var shard in Stream.OpenShards)
            Stream.Put(Enumerable.Range(0, 1000).First(key => Stream.Serving(key).Id == shard), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(2, (await FinishAsync(capture)).Records);
    }

    [Fact]
    public async Task A_page_that_the_sink_throws_at_is_not_in_the_position_and_comes_again()
    {
        var capture = await BeginAsync();
        Stream.Put(3);
        var before = capture.Position;
        await Assert.ThrowsAsync<IOException>(() => capture.RunAsync((_, _) => throw new IOException("full"), Cancellation));
        Assert.Equal(before.Shards, capture.Position.Shards);
        await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [3] = (1, 1) });
    }

    [Fact]
    public async Task A_cancelled_capture_ends_as_cancelled()
    {
        var capture = await BeginAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = capture.RunAsync(TakeAsync, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
