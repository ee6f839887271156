using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>The stand-in for streams: its shards, the pages that list and read them, and the errors that a reader must bear.</summary>
public sealed class StandInShardTests(DynaliteFixture dynalite) : StandInTest(dynalite)
{
    [Fact]
    public async Task Writes_that_go_on_while_shards_split_keep_each_keys_order_along_the_lineage()
    {
        var (table, stream) = await NewTableAsync();
        const int Keys = 8;
        const int Versions = 24;
        var written = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Keys).Select(async key =>
        {
            for (var version = 0; version < Versions; version++)
            {
                await PutAsync(table, $"k{key}", $"{version}");
                Interlocked.Increment(ref written);
            }
        }));
        for (var split = 1; split <= 3; split++)
        {
            while (Volatile.Read(ref written) < Keys * Versions * split / 4)
                await Task.Delay(5, Cancellation);
            await StandIn.CloseShardsAsync(table, children: split == 2 ? 1 : 2);
        }

        await writing;
        var shards = await ShardsAsync(stream);
        var parents = shards.ToDictionary(IdOf, ParentOf);
        Assert.Equal(2 + 4 + 4 + 8, shards.Count);
        Assert.Equal(8, shards.Count(shard => EndOf(shard) is null));
        var read = new List<(string Key, string Value, string Shard)>();
        foreach (var shard in parents.Keys.OrderBy(id => Ancestors(parents, id).Count()))
            read.AddRange((await ReadAsync(stream, shard)).Select(record => (KeyOf(record), (string)record["dynamodb"]!["NewImage"]!["v"]!["S"]!, shard)));

        Assert.Equal(Keys, read.Select(record => record.Key).Distinct().Count());
        foreach (var key in read.GroupBy(record => record.Key))
        {
            Assert.Equal(Enumerable.Range(0, Versions).Select(version => $"{version}"), key.Select(record => record.Value));
            foreach (var (before, after) in key.Zip(key.Skip(1)).Where(pair => pair.First.Shard != pair.Second.Shard))
                Assert.Contains(before.Shard, Ancestors(parents, after.Shard));
        }

        Assert.Contains(read.GroupBy(record => record.Key), key => key.Select(record => record.Shard).Distinct().Count() > 1);
    }

    [Fact]
    public async Task A_shards_numbers_lie_in_its_range_and_its_childrens_come_after()
    {
        var (table, stream) = await NewTableAsync();
        for (var round = 0; round < 3; round++)
        {
            await PutManyAsync(table, 10, round);
            await StandIn.CloseShardsAsync(table, 1);
        }

        var shards = (await ShardsAsync(stream)).ToDictionary(IdOf);
        Assert.Equal(8, shards.Count);
        foreach (var shard in shards.Values)
        {
            var start = (string)shard["SequenceNumberRange"]!["StartingSequenceNumber"]!;
            var numbers = (await ReadAsync(stream, IdOf(shard))).ConvertAll(SequenceOf);
            Assert.Equal(numbers.Order(StringComparer.Ordinal), numbers);
            Assert.All(numbers, number => Assert.True(string.CompareOrdinal(number, start) > 0 && (EndOf(shard) is null || string.CompareOrdinal(number, EndOf(shard)) < 0)));
            if (ParentOf(shard) is { } parent)
                Assert.True(string.CompareOrdinal(EndOf(shards[parent]), start) < 0);
        }
    }

    [Fact]
    public async Task DescribeStream_lists_shards_page_by_page_with_their_parents()
    {
        var (table, stream) = await NewTableAsync(shards: 3);
        await StandIn.CloseShardsAsync(table, 2);
        StandIn.Options.ShardsPerPage = 4;

        var first = await DescribeAsync(stream);
        Assert.Equal(("ENABLED", BothImages, stream), ((string)first["StreamStatus"]!, (string)first["StreamViewType"]!, (string)first["StreamArn"]!));
        var last = (string)first["LastEvaluatedShardId"]!;
        Assert.Equal(last, IdOf(first["Shards"]!.AsArray()[^1]!));
        var (second, asked) = (await DescribeAsync(stream, last), await Raw.StreamAsync("DescribeStream", new() { ["StreamArn"] = stream, ["Limit"] = 2 }));
        Assert.Equal((4, 4, 2), (Count(first, "Shards"), await CountRestAsync(stream, last), Count(asked["StreamDescription"]!, "Shards")));
        Assert.NotNull(second["LastEvaluatedShardId"]);

        var shards = await ShardsAsync(stream);
        Assert.Equal(9, shards.Select(IdOf).Distinct().Count());
        Assert.Equal(3, shards.Count(shard => ParentOf(shard) is null));
        Assert.All(shards.Where(shard => ParentOf(shard) is null), parent => Assert.Equal(2, shards.Count(shard => ParentOf(shard) == IdOf(parent))));
    }

    [Fact]
    public async Task An_iterator_of_each_type_begins_at_its_place()
    {
        var (table, stream, shard) = await OneShardAsync(4);
        var third = SequenceOf((await ReadAllAsync(stream))[2]);
        var latest = await IteratorAsync(stream, shard, "LATEST");
        await PutAsync(table, "later");

        Assert.Equal(["0-0", "0-1", "0-2", "0-3", "later"], await KeysAsync(await IteratorAsync(stream, shard)));
        Assert.Equal(["later"], await KeysAsync(latest));
        Assert.Equal(["0-2", "0-3", "later"], await KeysAsync(await IteratorAsync(stream, shard, "AT_SEQUENCE_NUMBER", third)));
        Assert.Equal(["0-3", "later"], await KeysAsync(await IteratorAsync(stream, shard, "AFTER_SEQUENCE_NUMBER", third)));
        Assert.Equal("ValidationException", await Raw.RefusedAsync("GetShardIterator", IteratorOf(stream, shard, "SOMEWHERE")));
        Assert.Equal("ResourceNotFoundException", await Raw.RefusedAsync("GetShardIterator", IteratorOf(stream, shard + "0")));
        Assert.Equal("ResourceNotFoundException", await Raw.RefusedAsync("DescribeStream", new() { ["StreamArn"] = stream + "0" }));
    }

    [Fact]
    public async Task Pages_follow_on_each_other_and_only_a_closed_shard_ends()
    {
        var (table, stream, shard) = await OneShardAsync(5);
        var first = await PageAsync(await IteratorAsync(stream, shard), 3);
        var second = await PageAsync(Next(first)!, 3);
        var third = await PageAsync(Next(second)!, 3);
        Assert.Equal((3, 2, 0), (Count(first), Count(second), Count(third)));

        await StandIn.CloseShardsAsync(table, 1);
        var end = await PageAsync(Next(third)!);
        Assert.Equal((0, null), (Count(end), Next(end)));
    }

    [Fact]
    public async Task A_page_may_be_empty_though_there_are_records_and_a_record_may_take_a_while_to_be_seen()
    {
        var (table, stream, shard) = await OneShardAsync(2);
        StandIn.Options.EmptyPageEvery = 1;
        var page = await PageAsync(await IteratorAsync(stream, shard));
        Assert.Equal((0, true), (Count(page), Next(page) is not null));
        StandIn.Options.EmptyPageEvery = 0;
        page = await PageAsync(Next(page)!);
        Assert.Equal(2, Count(page));

        StandIn.Options.Delay = TimeSpan.FromHours(1);
        await PutAsync(table, "late");
        await StandIn.CloseShardsAsync(table, 1);
        page = await PageAsync(Next(page)!);
        Assert.Equal((0, true), (Count(page), Next(page) is not null));
        StandIn.Options.ClockOffset = TimeSpan.FromHours(2);
        page = await PageAsync(Next(page)!);
        Assert.Equal((1, null), (Count(page), Next(page)));
    }

    [Fact]
    public async Task Of_each_shard_every_so_manieth_page_is_empty_and_never_two_in_a_row()
    {
        var (table, stream) = await NewTableAsync(shards: 2);
        await PutManyAsync(table, 30, 0);
        StandIn.Options.EmptyPageEvery = 2;
        var iterators = new List<string>();
        foreach (var shard in await ShardsAsync(stream))
            iterators.Add(await IteratorAsync(stream, IdOf(shard)));

        // In turns, so that a count over all shards would always hit the same one.
        for (var round = 1; round <= 4; round++)
        {
            for (var shard = 0; shard < iterators.Count; shard++)
            {
                var page = await PageAsync(iterators[shard], 1);
                Assert.Equal(round % 2, Count(page));
                iterators[shard] = Next(page)!;
            }
        }
    }

    [Fact]
    public async Task Iterators_expire_and_a_new_one_goes_on()
    {
        var (table, stream, shard) = await OneShardAsync(3);
        var page = await PageAsync(await IteratorAsync(stream, shard), 2);
        await StandIn.ExpireIteratorsAsync(table);

        Assert.Equal("ExpiredIteratorException", await Raw.RefusedAsync("GetRecords", new() { ["ShardIterator"] = Next(page) }));
        Assert.Equal(["0-2"], await KeysAsync(await IteratorAsync(stream, shard, "AFTER_SEQUENCE_NUMBER", SequenceOf(page["Records"]![1]!))));
    }

    [Fact]
    public async Task What_is_trimmed_is_an_error_for_who_has_not_read_it_and_closed_shards_are_gone()
    {
        var (table, stream, shard) = await OneShardAsync(3);
        var (behind, first) = (await IteratorAsync(stream, shard), SequenceOf((await ReadAllAsync(stream))[0]));
        await StandIn.TrimAsync(table);
        await PutAsync(table, "later");

        Assert.Equal("TrimmedDataAccessException", await Raw.RefusedAsync("GetRecords", new() { ["ShardIterator"] = behind }));
        foreach (var type in new[] { "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER" })
            Assert.Equal("TrimmedDataAccessException", await Raw.RefusedAsync("GetShardIterator", IteratorOf(stream, shard, type, first)));
        Assert.Equal(["later"], await KeysAsync(await IteratorAsync(stream, shard)));

        await StandIn.CloseShardsAsync(table, 1);
        await StandIn.TrimAsync(table);
        Assert.Equal(shard, ParentOf(Assert.Single(await ShardsAsync(stream))));
        Assert.Equal("ResourceNotFoundException", await Raw.RefusedAsync("GetShardIterator", IteratorOf(stream, shard)));
    }

    [Fact]
    public async Task A_stream_that_is_disabled_stays_readable_and_the_next_one_is_another()
    {
        var (table, first) = await NewTableAsync();
        await PutAsync(table, "a");
        var disabled = (await Client.UpdateTableAsync(new UpdateTableRequest { TableName = table, StreamSpecification = new() { StreamEnabled = false } }, Cancellation)).TableDescription;
        Assert.Equal((first, null), (disabled.LatestStreamArn, disabled.StreamSpecification));
        await PutAsync(table, "unseen");
        var enabled = (await Client.UpdateTableAsync(
            new UpdateTableRequest { TableName = table, StreamSpecification = new() { StreamEnabled = true, StreamViewType = BothImages } }, Cancellation)).TableDescription.LatestStreamArn;
        await PutAsync(table, "b");

        Assert.NotEqual(first, enabled);
        Assert.Equal(enabled, (await Client.DescribeTableAsync(table, Cancellation)).Table.LatestStreamArn);
        Assert.Equal(("DISABLED", "ENABLED"), ((string)(await DescribeAsync(first))["StreamStatus"]!, (string)(await DescribeAsync(enabled))["StreamStatus"]!));
        Assert.All(await ShardsAsync(first), shard => Assert.NotNull(EndOf(shard)));
        Assert.Equal(["a"], (await ReadAllAsync(first)).Select(KeyOf));
        Assert.Equal(["b"], (await ReadAllAsync(enabled)).Select(KeyOf));
        await Assert.ThrowsAnyAsync<Exception>(() => StandIn.EnableStreamAsync(table));
    }

    [Fact]
    public async Task A_deleted_tables_stream_stays_readable()
    {
        var (table, stream) = await NewTableAsync();
        await PutAsync(table, "a");
        await Client.DeleteTableAsync(table, Cancellation);

        Assert.Equal("DISABLED", (string)(await DescribeAsync(stream))["StreamStatus"]!);
        Assert.Equal(["a"], (await ReadAllAsync(stream)).Select(KeyOf));
    }

    private static IEnumerable<string> Ancestors(IReadOnlyDictionary<string, string?> parents, string shard)
    {
        for (var id = parents[shard]; id is not null; id = parents[id])
            yield return id;
    }

    private async Task<(string Table, string Stream, string Shard)> OneShardAsync(int records)
    {
        var (table, stream) = await NewTableAsync(shards: 1);
        await PutManyAsync(table, records, 0);
        return (table, stream, IdOf(Assert.Single(await ShardsAsync(stream))));
    }

    private async Task PutManyAsync(string table, int count, int round)
    {
        for (var index = 0; index < count; index++)
            await PutAsync(table, string.Create(CultureInfo.InvariantCulture, $"{round}-{index}"));
    }

    private async Task<int> CountRestAsync(string stream, string after) => Count(await DescribeAsync(stream, after), "Shards");

    private async Task<IEnumerable<string>> KeysAsync(string iterator) => (await PageAsync(iterator))["Records"]!.AsArray().Select(record => KeyOf(record!));

    private static int Count(JsonNode page, string member = "Records") => page[member]!.AsArray().Count;

    private static string? Next(JsonNode page) => (string?)page["NextShardIterator"];
}
