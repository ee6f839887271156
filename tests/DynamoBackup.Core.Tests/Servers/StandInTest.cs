using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>What tests of the stand-in for streams share: a stand-in of their own, and its stream read by bare calls.</summary>
public abstract class StandInTest(DynaliteFixture dynalite) : IAsyncLifetime
{
    protected const string BothImages = "NEW_AND_OLD_IMAGES";

    private RawDynamo _raw = null!;

    internal StreamStandIn StandIn { get; private set; } = null!;

    internal RawDynamo Raw => _raw;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected AmazonDynamoDBClient Client { get; private set; } = null!;

    protected DynaliteFixture Dynalite { get; } = dynalite;

    public async ValueTask InitializeAsync()
    {
        StandIn = await StreamStandIn.StartAsync(Dynalite.Server.Endpoint, cancellationToken: Cancellation);
        Client = StandIn.CreateClient();
        _raw = new RawDynamo(StandIn.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _raw.Dispose();
        Client.Dispose();
        await StandIn.DisposeAsync();
    }

    /// <summary>An empty table whose stream is on.</summary>
    protected async Task<(string Table, string Stream)> NewTableAsync(int shards = 2, string view = BothImages)
    {
        StandIn.Options.InitialShards = shards;
        var table = await Dynalite.NewTableAsync([]);
        return (table, await StandIn.EnableStreamAsync(table, view));
    }

    protected Task PutAsync(string table, string key, string value = "x") => Client.PutItemAsync(table, Item(key, value), Cancellation);

    protected static Dictionary<string, AttributeValue> Item(string key, string value) => new() { [TableShape.HashKey] = Attr.S(key), ["v"] = Attr.S(value) };

    protected static Dictionary<string, AttributeValue> Key(string key) => new() { [TableShape.HashKey] = Attr.S(key) };

    internal async Task<JsonNode> DescribeAsync(string stream, string? after = null)
    {
        var request = new JsonObject { ["StreamArn"] = stream };
        if (after is not null)
            request["ExclusiveStartShardId"] = after;
        return (await _raw.StreamAsync("DescribeStream", request))["StreamDescription"]!;
    }

    /// <summary>All shards, however many pages they take.</summary>
    internal async Task<List<JsonNode>> ShardsAsync(string stream)
    {
        var shards = new List<JsonNode>();
        string? after = null;
        do
        {
            var page = await DescribeAsync(stream, after);
            shards.AddRange(page["Shards"]!.AsArray().Select(shard => shard!));
            after = (string?)page["LastEvaluatedShardId"];
        }
        while (after is not null);

        return shards;
    }

    internal static JsonObject IteratorOf(string stream, string shard, string type = "TRIM_HORIZON", string? sequence = null)
    {
        var request = new JsonObject { ["StreamArn"] = stream, ["ShardId"] = shard, ["ShardIteratorType"] = type };
        if (sequence is not null)
            request["SequenceNumber"] = sequence;
        return request;
    }

    internal async Task<string> IteratorAsync(string stream, string shard, string type = "TRIM_HORIZON", string? sequence = null) =>
        (string)(await _raw.StreamAsync("GetShardIterator", IteratorOf(stream, shard, type, sequence)))["ShardIterator"]!;

    internal Task<JsonNode> PageAsync(string iterator, int limit = 1000) => _raw.StreamAsync("GetRecords", new() { ["ShardIterator"] = iterator, ["Limit"] = limit });

    /// <summary>A shard's records from its beginning, up to its end or to a page that has none.</summary>
    internal async Task<List<JsonNode>> ReadAsync(string stream, string shard)
    {
        var records = new List<JsonNode>();
        string? iterator = await IteratorAsync(stream, shard);
        while (iterator is not null)
        {
            var page = await PageAsync(iterator, 7);
            var read = page["Records"]!.AsArray();
            if (read.Count == 0)
                break;
            records.AddRange(read.Select(record => record!));
            iterator = (string?)page["NextShardIterator"];
        }

        return records;
    }

    /// <summary>The records of all shards, in the order in which they were made.</summary>
    internal async Task<List<JsonNode>> ReadAllAsync(string stream)
    {
        var records = new List<JsonNode>();
        foreach (var shard in await ShardsAsync(stream))
            records.AddRange(await ReadAsync(stream, IdOf(shard)));
        return [.. records.OrderBy(SequenceOf, StringComparer.Ordinal)];
    }

    internal static string IdOf(JsonNode shard) => (string)shard["ShardId"]!;

    internal static string? ParentOf(JsonNode shard) => (string?)shard["ParentShardId"];

    internal static string? EndOf(JsonNode shard) => (string?)shard["SequenceNumberRange"]!["EndingSequenceNumber"];

    internal static string SequenceOf(JsonNode record) => (string)record["dynamodb"]!["SequenceNumber"]!;

    internal static string KeyOf(JsonNode record) => (string)record["dynamodb"]!["Keys"]![TableShape.HashKey]!["S"]!;

    /// <summary>What happened, to which key, and the value before and after.</summary>
    internal static string Story(JsonNode record)
    {
        string Value(string image) => (string?)record["dynamodb"]![image]?["v"]?["S"] ?? "-";
        return string.Create(CultureInfo.InvariantCulture, $"{record["eventName"]} {KeyOf(record)}: {Value("OldImage")} to {Value("NewImage")}");
    }
}
