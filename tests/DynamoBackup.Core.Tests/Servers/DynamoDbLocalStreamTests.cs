using System.Globalization;
using System.Text.Json.Nodes;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>What Amazon's own software says of streams: every write in order, with what was before and after it.</summary>
public sealed class DynamoDbLocalStreamTests
{
    [Fact]
    public async Task A_stream_gives_every_write_in_order_with_both_images()
    {
        await using var server = await DynamoDbLocal.StartAsync();
        using var dynamo = new RawDynamo(server.Endpoint);
        var created = await dynamo.TableAsync("CreateTable", TableWithStream());
        var stream = (string)created["TableDescription"]!["LatestStreamArn"]!;
        await PutAsync(dynamo, "a", 1);
        await PutAsync(dynamo, "b", 2);
        await PutAsync(dynamo, "a", 3);
        await dynamo.TableAsync("DeleteItem", new() { ["TableName"] = "Orders", ["Key"] = Key("b") });

        var records = await ReadAsync(dynamo, stream);

        Assert.Equal(["INSERT a: - to 1", "INSERT b: - to 2", "MODIFY a: 1 to 3", "REMOVE b: 2 to -"], records.Select(Story));
        var numbers = records.Select(record => decimal.Parse((string)record["dynamodb"]!["SequenceNumber"]!, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.All(records, record =>
        {
            Assert.Equal("NEW_AND_OLD_IMAGES", (string?)record["dynamodb"]!["StreamViewType"]);
            // The quirk that keeps this server from being more than a second opinion on points in time.
            Assert.Equal(0, (double)record["dynamodb"]!["ApproximateCreationDateTime"]! % 60);
        });
    }

    private static JsonObject TableWithStream() => JsonNode.Parse(
        """
        {
          "TableName": "Orders",
          "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
          "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
          "BillingMode": "PAY_PER_REQUEST",
          "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" }
        }
        """)!.AsObject();

    private static JsonObject Key(string key) => new() { ["pk"] = new JsonObject { ["S"] = key } };

    private static Task PutAsync(RawDynamo dynamo, string key, int amount)
    {
        var item = Key(key);
        item["amount"] = new JsonObject { ["N"] = amount.ToString(CultureInfo.InvariantCulture) };
        return dynamo.TableAsync("PutItem", new() { ["TableName"] = "Orders", ["Item"] = item });
    }

    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(RawDynamo dynamo, string stream)
    {
        var description = (await dynamo.StreamAsync("DescribeStream", new() { ["StreamArn"] = stream }))["StreamDescription"]!;
        Assert.Equal(("ENABLED", "Orders"), ((string?)description["StreamStatus"], (string?)description["TableName"]));
        var shard = Assert.Single(description["Shards"]!.AsArray())!;
        var from = new JsonObject { ["StreamArn"] = stream, ["ShardId"] = (string)shard["ShardId"]!, ["ShardIteratorType"] = "TRIM_HORIZON" };
        var iterator = (string)(await dynamo.StreamAsync("GetShardIterator", from))["ShardIterator"]!;

        // One record less a page than there are, so that an iterator is followed, and up to the page that has none.
        var records = new List<JsonNode>();
        while (true)
        {
            var page = await dynamo.StreamAsync("GetRecords", new() { ["ShardIterator"] = iterator, ["Limit"] = 3 });
            var read = page["Records"]!.AsArray();
            if (read.Count == 0) return records;
            records.AddRange(read.Select(record => record!));
            iterator = (string)page["NextShardIterator"]!;
        }
    }

    private static string Story(JsonNode record)
    {
        var change = record["dynamodb"]!;
        string Amount(string image) => (string?)change[image]?["amount"]!["N"] ?? "-";
        return $"{record["eventName"]} {change["Keys"]!["pk"]!["S"]}: {Amount("OldImage")} to {Amount("NewImage")}";
    }
}
