using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>The stand-in for streams: each change gives one record with what was before and after it, and nothing else gives any.</summary>
public sealed class StandInWriteTests(DynaliteFixture dynalite) : StandInTest(dynalite)
{
    [Fact]
    public async Task A_put_an_update_and_a_deletion_give_a_record_each_with_both_images()
    {
        var (table, stream) = await NewTableAsync();
        await PutAsync(table, "a", "one");
        await UpdateAsync(table, "a", "two");
        await UpdateAsync(table, "b", "new");
        await Client.DeleteItemAsync(table, Key("a"), Cancellation);

        var records = await ReadAllAsync(stream);
        Assert.Equal(["INSERT a: - to one", "MODIFY a: one to two", "INSERT b: - to new", "REMOVE a: two to -"], records.Select(Story));
        Assert.All(records, record =>
        {
            Assert.Equal(["awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventVersion"], record.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
            Assert.Matches("^[0-9]{21}$", SequenceOf(record));
        });
        Assert.Equal(4, records.Select(record => (string)record["eventID"]!).Distinct().Count());
    }

    [Theory]
    [InlineData("KEYS_ONLY", false, false)]
    [InlineData("NEW_IMAGE", false, true)]
    [InlineData("OLD_IMAGE", true, false)]
    [InlineData(BothImages, true, true)]
    public async Task A_record_has_the_images_of_its_view_type(string view, bool hasOld, bool hasNew)
    {
        var (table, stream) = await NewTableAsync(view: view);
        await PutAsync(table, "a", "one");
        await PutAsync(table, "a", "two");

        var change = (await ReadAllAsync(stream))[1]["dynamodb"]!;
        Assert.Equal((view, hasOld, hasNew), ((string)change["StreamViewType"]!, change["OldImage"] is not null, change["NewImage"] is not null));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_or_is_refused_gives_no_record()
    {
        var (table, stream) = await NewTableAsync();
        var item = Item("a", "one");
        item["set"] = Attr.M(("x", Attr.N("1")), ("y", Attr.L(Attr.SS("p", "q"))));
        await Client.PutItemAsync(table, item, Cancellation);

        item["set"] = Attr.M(("y", Attr.L(Attr.SS("q", "p"))), ("x", Attr.N("1.00")));
        await Client.PutItemAsync(table, item, Cancellation);
        await UpdateAsync(table, "a", "one");
        await Client.DeleteItemAsync(table, Key("missing"), Cancellation);
        await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Client.PutItemAsync(
            new PutItemRequest { TableName = table, Item = Item("a", "two"), ConditionExpression = "attribute_not_exists(pk)" }, Cancellation));
        var keyless = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => Client.PutItemAsync(table, new() { ["v"] = Attr.S("no key") }, Cancellation));
        Assert.Equal("ValidationException", keyless.ErrorCode);

        await PutAsync(table, "b", "last");
        Assert.Equal(["INSERT a: - to one", "INSERT b: - to last"], (await ReadAllAsync(stream)).Select(Story));
    }

    [Fact]
    public async Task A_list_in_another_order_and_a_set_with_another_member_are_changes()
    {
        var (table, stream) = await NewTableAsync();
        foreach (var value in new[] { Attr.L(Attr.S("p"), Attr.S("q")), Attr.L(Attr.S("q"), Attr.S("p")), Attr.SS("q"), Attr.SS("q", "r"), Attr.SS("r") })
            await Client.PutItemAsync(table, new() { [TableShape.HashKey] = Attr.S("a"), ["l"] = value }, Cancellation);

        Assert.Equal(5, (await ReadAllAsync(stream)).Count);
    }

    [Fact]
    public async Task A_batch_gives_a_record_for_each_item_that_it_changes_in_every_table()
    {
        var (table, stream) = await NewTableAsync();
        var (other, otherStream) = await NewTableAsync();
        await PutAsync(table, "gone");
        await PutAsync(table, "same");
        await Client.BatchWriteItemAsync(
            new Dictionary<string, List<WriteRequest>>
            {
                [table] = [new(new DeleteRequest(Key("gone"))), new(new PutRequest(Item("same", "x"))), new(new PutRequest(Item("new", "y")))],
                [other] = [new(new PutRequest(Item("there", "z")))],
            },
            Cancellation);

        Assert.Equal(["INSERT new: - to y", "REMOVE gone: x to -"], (await ReadAllAsync(stream)).Skip(2).Select(Story).Order(StringComparer.Ordinal));
        Assert.Equal(["INSERT there: - to z"], (await ReadAllAsync(otherStream)).Select(Story));
    }

    [Theory]
    [InlineData("TransactWriteItems")]
    [InlineData("ExecuteStatement")]
    [InlineData("BatchExecuteStatement")]
    [InlineData("ExecuteTransaction")]
    public async Task Writes_that_it_would_not_see_are_refused(string operation)
    {
        var (table, stream) = await NewTableAsync();
        var put = new JsonObject { ["Put"] = new JsonObject { ["TableName"] = table, ["Item"] = new JsonObject { ["pk"] = new JsonObject { ["S"] = "a" } } } };
        Assert.Equal("UnknownOperationException", await Raw.RefusedAsync(operation, new() { ["TransactItems"] = new JsonArray(put) }, RawDynamo.Tables));
        Assert.Empty(await ReadAllAsync(stream));
        await foreach (var item in SampleTables.ReadAsync(Dynalite.Client, table, Cancellation))
            Assert.Fail($"{item.Count} attributes were written unseen.");
    }

    [Fact]
    public async Task Writes_to_one_key_at_once_give_records_that_follow_on_each_other()
    {
        var (table, stream) = await NewTableAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(index => index % 4 == 0 ? Client.DeleteItemAsync(table, Key("a"), Cancellation) : PutAsync(table, "a", $"{index}")));

        JsonNode? before = null;
        foreach (var change in (await ReadAllAsync(stream)).Select(record => record["dynamodb"]!))
        {
            Assert.Equal(before?.ToJsonString(), change["OldImage"]?.ToJsonString());
            before = change["NewImage"];
        }

        var item = (await Dynalite.Client.GetItemAsync(table, Key("a"), consistentRead: true, Cancellation)).Item;
        Assert.Equal((string?)before?["v"]!["S"], item?.GetValueOrDefault("v")?.S);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_has_one_record()
    {
        var (table, stream) = await NewTableAsync();
        StandIn.OnResponse = exchange =>
        {
            if (exchange is { Operation: "PutItem", OperationNumber: 1 })
                exchange.Abort();
            return Task.CompletedTask;
        };
        await PutAsync(table, "a", "one");

        Assert.Equal(2, StandIn.RequestCount("PutItem"));
        Assert.Equal(["INSERT a: - to one"], (await ReadAllAsync(stream)).Select(Story));
    }

    [Fact]
    public async Task A_deletion_by_time_to_live_says_that_the_service_made_it_and_one_by_a_user_does_not()
    {
        var (table, stream) = await NewTableAsync();
        await PutAsync(table, "expired");
        await PutAsync(table, "deleted");
        await StandIn.DeleteByTtlAsync(table, """{"pk":{"S":"expired"}}""", Cancellation);
        await StandIn.DeleteByTtlAsync(table, """{"pk":{"S":"missing"}}""", Cancellation);
        await Client.DeleteItemAsync(table, Key("deleted"), Cancellation);

        var records = (await ReadAllAsync(stream)).Skip(2).ToList();
        Assert.Equal(["REMOVE expired: x to -", "REMOVE deleted: x to -"], records.Select(Story));
        Assert.Equal("""{"principalId":"dynamodb.amazonaws.com","type":"Service"}""", records[0]["userIdentity"]!.ToJsonString());
        Assert.Null(records[1]["userIdentity"]);
        await foreach (var item in SampleTables.ReadAsync(Dynalite.Client, table, Cancellation))
            Assert.Fail($"{item[TableShape.HashKey].S} is still there.");
    }

    [Fact]
    public async Task A_records_time_is_a_whole_second_of_the_stand_ins_clock()
    {
        StandIn.Options.ClockOffset = TimeSpan.FromDays(400);
        var (table, stream) = await NewTableAsync();
        var before = StandIn.Options.Now().ToUnixTimeSeconds();
        await PutAsync(table, "a");
        var time = (await ReadAllAsync(stream)).Single()["dynamodb"]!["ApproximateCreationDateTime"]!.ToJsonString();

        Assert.Matches("^[0-9]+$", time);
        Assert.InRange(long.Parse(time, CultureInfo.InvariantCulture), before, StandIn.Options.Now().ToUnixTimeSeconds());
    }

    private Task UpdateAsync(string table, string key, string value) => Client.UpdateItemAsync(
        new UpdateItemRequest { TableName = table, Key = Key(key), UpdateExpression = "SET v = :v", ExpressionAttributeValues = new() { [":v"] = Attr.S(value) } }, Cancellation);
}
