using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>What is gone is never passed over in silence.</summary>
public sealed class StreamGapTests : CaptureTest
{
    [Fact]
    public async Task Records_that_were_trimmed_behind_the_position()
    {
        var position = await TakenAsync(1);
        Stream.Put(1);
        Stream.Put(1);
        Stream.Trim(Stream.Serving(1).Id, 2);
        var gap = await Assert.ThrowsAsync<StreamGapException>(async () => await FinishAsync(await BeginAsync(position)));
        Assert.Equal(Stream.Serving(1).Id, gap.ShardId);
        Assert.Contains("trimmed", gap.Reason, StringComparison.Ordinal);
        Assert.Contains("full backup", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_that_are_trimmed_while_the_capture_is_under_way()
    {
        var capture = await BeginAsync();
        Stream.Put(1);
        await FinishAsync(capture);
        Stream.Put(1);
        Stream.Put(1);
        Stream.Trim(Stream.Serving(1).Id, 2);
        await Assert.ThrowsAsync<StreamGapException>(() => FinishAsync(capture));
    }

    [Fact]
    public async Task A_shard_whose_first_records_are_gone_before_it_was_ever_read()
    {
        var position = await TakenAsync(1);
        Stream.Close(Stream.Serving(1).Id, children: 1);
        Stream.Put(1);
        Stream.Put(1);
        Stream.Trim(Stream.Serving(1).Id, 1);
        var gap = await Assert.ThrowsAsync<StreamGapException>(async () => await FinishAsync(await BeginAsync(position)));
        Assert.Equal(Stream.Serving(1).Id, gap.ShardId);
    }

    [Fact]
    public async Task A_shard_that_was_not_read_to_its_end_and_no_longer_exists()
    {
        var position = await TakenAsync(1);
        var old = Stream.Serving(1).Id;
        Stream.Close(old, children: 1);
        Stream.Remove(old);
        var gap = await Assert.ThrowsAsync<StreamGapException>(() => BeginAsync(position));
        Assert.Equal(old, gap.ShardId);
    }

    [Fact]
    public async Task A_shard_that_came_and_went_in_between()
    {
        var capture = await BeginAsync();
        Stream.Close(Stream.Serving(1).Id, children: 1);
        var position = (await FinishAsync(capture)).Position;
        position = position with { Shards = [.. position.Shards.Select(shard => shard with { Ended = true })] };
        // All that was known has been read; two generations follow, of which the first is gone.
        var middle = Stream.Serving(1).Id;
        Stream.Close(middle, children: 1);
        var gone = Stream.Serving(1).Id;
        Stream.Close(gone, children: 1);
        Stream.Remove(gone);
        var gap = await Assert.ThrowsAsync<StreamGapException>(() => BeginAsync(position));
        Assert.Equal(gone, gap.ShardId);
    }

    [Fact]
    public async Task A_shard_without_a_record_so_far_after_longer_than_the_stream_keeps_records()
    {
        var position = (await FinishAsync(await BeginAsync())).Position;
        position = position with { Shards = [.. position.Shards.Select(shard => shard with { NotBefore = shard.NotBefore - TimeSpan.FromHours(25) })] };
        await Assert.ThrowsAsync<StreamGapException>(async () => await FinishAsync(await BeginAsync(position)));
    }

    [Fact]
    public async Task A_stream_that_was_enabled_anew()
    {
        var position = await TakenAsync(1);
        var gap = await Assert.ThrowsAsync<StreamGapException>(() => BeginAsync(position with { StreamArn = ScriptedStream.Arn.Replace("2026-01-01", "2025-01-01", StringComparison.Ordinal) }));
        Assert.Contains("enabled anew", gap.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_gone()
    {
        var gap = await Assert.ThrowsAsync<StreamGapException>(() =>
            StreamCapture.BeginAsync(Connect(), ScriptedStream.Arn + "x", null, Quick, NoOutput.Instance, Cancellation));
        Assert.Null(gap.ShardId);
    }

    [Fact]
    public async Task A_stream_that_was_disabled_is_read_to_its_end_and_then_said_to_be_over()
    {
        var position = await TakenAsync(1);
        Stream.Put(1);
        Stream.Status = "DISABLED";
        foreach (var shard in Stream.OpenShards)
            Stream.Close(shard, children: 0);
        Assert.True((await FinishAsync(await BeginAsync(position))).IsOver);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (1, 2) });
    }

    [Fact]
    public async Task A_capture_does_not_begin_on_a_disabled_stream()
    {
        Stream.Status = "DISABLED";
        await Assert.ThrowsAsync<StreamGapException>(() => BeginAsync());
    }

    private async Task<StreamPosition> TakenAsync(int key)
    {
        var capture = await BeginAsync();
        Stream.Put(key);
        return (await FinishAsync(capture)).Position;
    }
}
