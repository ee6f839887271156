using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoBackup.Bench.Replay;

/// <summary>The tables that there are: the replayed one, and those that clients create to write to, which take all and keep nothing.</summary>
internal sealed class ReplayTables
{
    /// <summary>The replayed table's name.</summary>
    public const string ReplayName = "Replay";

    private const string ArnBeginning = "arn:aws:dynamodb:us-east-1:000000000000:table/";
    private static readonly string[] Creatable = ["TableName", "AttributeDefinitions", "KeySchema", "BillingMode"];

    private readonly ConcurrentDictionary<string, string> _described = new(StringComparer.Ordinal);

    /// <summary>The replayed table alone.</summary>
    public ReplayTables(long items, long bytes)
    {
        var table = Describe(
            ReplayName,
            new JsonArray(new JsonObject { ["AttributeName"] = ReplayKey.Name, ["AttributeType"] = "S" }),
            new JsonArray(new JsonObject { ["AttributeName"] = ReplayKey.Name, ["KeyType"] = "HASH" }));
        table["ItemCount"] = items;
        table["TableSizeBytes"] = bytes;
        _described[ReplayName] = table.ToJsonString();
    }

    /// <summary>A table's own name; clients may also give its ARN.</summary>
    /// <exception cref="DynamoRefusal">There is no such table.</exception>
    public string Find(string? nameOrArn) => NameOf(nameOrArn) is { } name && _described.ContainsKey(name) ? name : throw DynamoRefusal.NotFound();

    /// <summary>Answers a call about tables.</summary>
    public JsonNode Answer(string operation, JsonNode request) => operation switch
    {
        "DescribeTable" => new JsonObject { ["Table"] = Described(request) },
        "CreateTable" => new JsonObject { ["TableDescription"] = Create(request) },
        "DeleteTable" => new JsonObject { ["TableDescription"] = Delete(request) },
        "ListTables" => new JsonObject { ["TableNames"] = new JsonArray([.. _described.Keys.Order(StringComparer.Ordinal).Select(name => (JsonNode)name)]) },
        "DescribeTimeToLive" => About(request, _ => new JsonObject { ["TimeToLiveDescription"] = new JsonObject { ["TimeToLiveStatus"] = "DISABLED" } }),
        "DescribeContinuousBackups" => About(request, _ => new JsonObject
        {
            ["ContinuousBackupsDescription"] = new JsonObject
            {
                ["ContinuousBackupsStatus"] = "ENABLED",
                ["PointInTimeRecoveryDescription"] = new JsonObject { ["PointInTimeRecoveryStatus"] = "DISABLED" },
            },
        }),
        "DescribeKinesisStreamingDestination" => About(request, name => new JsonObject { ["KinesisDataStreamDestinations"] = new JsonArray(), ["TableName"] = name }),
        "DescribeContributorInsights" => About(request, name => new JsonObject { ["ContributorInsightsStatus"] = "DISABLED", ["TableName"] = name }),
        "ListTagsOfResource" => About(request, _ => new JsonObject { ["Tags"] = new JsonArray() }, "ResourceArn"),
        "GetResourcePolicy" => About(request, _ => throw DynamoRefusal.NoPolicy(), "ResourceArn"),
        "DescribeLimits" => new JsonObject
        {
            ["AccountMaxReadCapacityUnits"] = 80_000,
            ["AccountMaxWriteCapacityUnits"] = 80_000,
            ["TableMaxReadCapacityUnits"] = 40_000,
            ["TableMaxWriteCapacityUnits"] = 40_000,
        },
        _ => throw DynamoRefusal.Unknown(),
    };

    private static string? NameOf(string? nameOrArn) => nameOrArn?[(nameOrArn.LastIndexOf('/') + 1)..];

    private JsonObject About(JsonNode request, Func<string, JsonObject> answer, string parameter = "TableName") => answer(Find((string?)request[parameter]));

    private JsonObject Described(JsonNode request)
    {
        var name = (string?)request["TableName"];
        return NameOf(name) is { } key && _described.TryGetValue(key, out var described)
            ? JsonNode.Parse(described)!.AsObject()
            : throw DynamoRefusal.NotFound($"Requested resource not found: Table: {name} not found");
    }

    private JsonObject Create(JsonNode request)
    {
        if (request.AsObject().FirstOrDefault(property => !Creatable.Contains(property.Key)) is { Key: { } unknown })
            throw DynamoRefusal.Invalid($"The replay server cannot create tables with {unknown}.");
        if ((string?)request["BillingMode"] != "PAY_PER_REQUEST")
            throw DynamoRefusal.Invalid("The replay server creates tables with BillingMode PAY_PER_REQUEST only.");
        if ((string?)request["TableName"] is not { Length: >= 3 } name || request["AttributeDefinitions"] is not JsonArray attributes || request["KeySchema"] is not JsonArray key)
            throw DynamoRefusal.Invalid("CreateTable needs TableName, AttributeDefinitions and KeySchema.");
        var table = Describe(name, attributes.DeepClone(), key.DeepClone());
        return _described.TryAdd(name, table.ToJsonString()) ? table : throw DynamoRefusal.InUse($"Table already exists: {name}");
    }

    private JsonObject Delete(JsonNode request)
    {
        var table = Described(request);
        var name = (string)table["TableName"]!;
        if (name == ReplayName)
            throw DynamoRefusal.Invalid("The replayed table cannot be deleted.");
        _described.TryRemove(name, out _);
        table["TableStatus"] = "DELETING";
        return table;
    }

    private static JsonObject Describe(string name, JsonNode attributes, JsonNode key)
    {
        var created = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        return new JsonObject
        {
            ["AttributeDefinitions"] = attributes,
            ["BillingModeSummary"] = new JsonObject { ["BillingMode"] = "PAY_PER_REQUEST", ["LastUpdateToPayPerRequestDateTime"] = created },
            ["CreationDateTime"] = created,
            ["DeletionProtectionEnabled"] = false,
            ["ItemCount"] = 0,
            ["KeySchema"] = key,
            ["ProvisionedThroughput"] = new JsonObject { ["NumberOfDecreasesToday"] = 0, ["ReadCapacityUnits"] = 0, ["WriteCapacityUnits"] = 0 },
            ["TableArn"] = ArnBeginning + name,
            ["TableId"] = Guid.NewGuid().ToString(),
            ["TableName"] = name,
            ["TableSizeBytes"] = 0,
            ["TableStatus"] = "ACTIVE",
            ["WarmThroughput"] = new JsonObject { ["ReadUnitsPerSecond"] = 12_000, ["Status"] = "ACTIVE", ["WriteUnitsPerSecond"] = 4_000 },
        };
    }
}
