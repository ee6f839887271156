using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>One table's settings, as the service would keep them.</summary>
internal sealed class StubTable
{
    /// <summary>AWS's own key, whose ARN DescribeTable gives and CreateTable does not want.</summary>
    public const string ManagedKey = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-00000000aaaa";

    /// <summary>How many looks a change is seen under way.</summary>
    private const int LooksOfAChange = 2;

    private static int _streams;

    private readonly JsonObject _request;
    private readonly JsonObject _settings = [];
    private readonly JsonArray _replicas = [];
    private int _looksLeft;
    private JsonObject _timeToLive = new() { ["TimeToLiveStatus"] = "DISABLED" };

    public StubTable(JsonObject request, JsonObject description)
    {
        _request = (JsonObject)request.DeepClone();
        Name = (string)request["TableName"]!;
        Arn = (string)description["TableArn"]!;
        var indexes = (request["GlobalSecondaryIndexes"]?.AsArray() ?? []).Select(index => (string)index!["IndexName"]!);
        Insights = new StubInsights(Name, [.. indexes]);
        foreach (var tag in request[nameof(Tags)]?.AsArray() ?? []) Tags.Set((string)tag!["Key"]!, (string)tag["Value"]!);
        _settings["DeletionProtectionEnabled"] = request["DeletionProtectionEnabled"]?.DeepClone() ?? false;
        if (request["TableClass"] is { } tableClass) _settings["TableClassSummary"] = new JsonObject { ["TableClass"] = tableClass.DeepClone() };
        if (request["SSESpecification"] is { } encryption && (bool?)encryption["Enabled"] == true)
        {
            _settings["SSEDescription"] = new JsonObject
            {
                ["Status"] = "ENABLED",
                ["SSEType"] = "KMS",
                ["KMSMasterKeyArn"] = (string?)encryption["KMSMasterKeyId"] ?? ManagedKey,
            };
        }

        if (request["StreamSpecification"] is { } stream) SetStream(stream);
    }

    public string Name { get; }

    public string Arn { get; }

    public string? StreamArn => (string?)_settings["LatestStreamArn"];

    public bool IsProtected => (bool)_settings["DeletionProtectionEnabled"]!;

    public StubTags Tags { get; } = new();

    public StubRecovery Recovery { get; } = new();

    public StubPolicies Policies { get; } = new();

    public StubKinesis Kinesis { get; } = new();

    public StubInsights Insights { get; }

    private bool IsOnDemand => (string?)_request["BillingMode"] == "PAY_PER_REQUEST";

    /// <summary>Adds what dynalite does not know to its description.</summary>
    public void Describe(JsonObject description, bool isLook)
    {
        foreach (var (name, value) in _settings) description[name] = value?.DeepClone();
        description["AttributeDefinitions"] = _request["AttributeDefinitions"]!.DeepClone();
        AddThroughput(description, _request, description);
        foreach (var index in description["GlobalSecondaryIndexes"]?.AsArray() ?? [])
            AddThroughput(index!.AsObject(), _request["GlobalSecondaryIndexes"]!.AsArray().Single(asked => (string)asked!["IndexName"]! == (string)index["IndexName"]!)!.AsObject(), index.AsObject());
        if (_request["VectorIndexes"] is { } vectors) description["VectorIndexes"] = new JsonArray([.. vectors.AsArray().Select(vector => DescribeVector(vector!.AsObject()))]);
        if (_replicas.Count > 0) description["Replicas"] = _replicas.DeepClone();
        if (_looksLeft == 0 || (string?)description["TableStatus"] != "ACTIVE") return;
        if (isLook) _looksLeft--;
        description["TableStatus"] = "UPDATING";
    }

    public ProxyAnswer Update(JsonObject request)
    {
        var changes = request.Where(member => member.Key is not ("TableName" or "MultiRegionConsistency" or "GlobalTableWitnessUpdates")).ToList();
        if (changes.Count != 1) return DynamoErrors.Validation("One or more parameter values were invalid: Only one change is allowed in an UpdateTable request.");
        if (_looksLeft > 0) return StubAnswers.InUse(Name);
        var (name, value) = changes[0];
        var refusal = name switch
        {
            "StreamSpecification" => EnableStream(value!),
            "DeletionProtectionEnabled" => Set(name, value!),
            "DisassociationProtectionEnabled" => Set(name, value!),
            "ReplicaUpdates" => AddReplica(value!.AsArray()),
            _ => $"The stub does not update {name}.",
        };
        if (refusal is not null) return DynamoErrors.Validation(refusal);
        _looksLeft = LooksOfAChange;
        return StubAnswers.Ok(new JsonObject { ["TableDescription"] = new JsonObject { ["TableName"] = Name, ["TableStatus"] = "UPDATING" } });
    }

    public ProxyAnswer UpdateTimeToLive(JsonObject request)
    {
        var specification = request["TimeToLiveSpecification"]!;
        if ((string)_timeToLive["TimeToLiveStatus"]! == "ENABLED") return DynamoErrors.Validation("TimeToLive is already enabled");
        _timeToLive = new JsonObject { ["TimeToLiveStatus"] = "ENABLED", ["AttributeName"] = specification["AttributeName"]!.DeepClone() };
        return StubAnswers.Ok(new JsonObject { ["TimeToLiveSpecification"] = specification.DeepClone() });
    }

    public ProxyAnswer DescribeTimeToLive() => StubAnswers.Ok(new JsonObject { ["TimeToLiveDescription"] = _timeToLive.DeepClone() });

    public ProxyAnswer DescribeAutoScaling() => StubAnswers.Ok(new JsonObject
    {
        ["TableAutoScalingDescription"] = new JsonObject
        {
            ["TableName"] = Name,
            ["TableStatus"] = "ACTIVE",
            ["Replicas"] = new JsonArray([.. _replicas.Select(replica => new JsonObject { ["RegionName"] = replica!["RegionName"]!.DeepClone(), ["ReplicaStatus"] = "ACTIVE" })]),
        },
    });

    private void AddThroughput(JsonObject description, JsonObject asked, JsonObject capacity)
    {
        var least = IsOnDemand ? (12_000L, 4_000L) : ((long)capacity["ProvisionedThroughput"]!["ReadCapacityUnits"]!, (long)capacity["ProvisionedThroughput"]!["WriteCapacityUnits"]!);
        description["WarmThroughput"] = new JsonObject
        {
            ["ReadUnitsPerSecond"] = (long?)asked["WarmThroughput"]?["ReadUnitsPerSecond"] ?? least.Item1,
            ["WriteUnitsPerSecond"] = (long?)asked["WarmThroughput"]?["WriteUnitsPerSecond"] ?? least.Item2,
            ["Status"] = "ACTIVE",
        };
        if (asked["OnDemandThroughput"] is not { } limits) return;
        description["OnDemandThroughput"] = new JsonObject
        {
            ["MaxReadRequestUnits"] = (long?)limits["MaxReadRequestUnits"] ?? -1,
            ["MaxWriteRequestUnits"] = (long?)limits["MaxWriteRequestUnits"] ?? -1,
        };
    }

    private JsonObject DescribeVector(JsonObject vector)
    {
        var description = (JsonObject)vector.DeepClone();
        description["IndexArn"] = $"{Arn}/index/{(string)vector["IndexName"]!}";
        description["IndexStatus"] = "ACTIVE";
        description["Backfilling"] = false;
        description["ItemCount"] = 0;
        description["IndexSizeBytes"] = 0;
        return description;
    }

    private string? Set(string name, JsonNode value)
    {
        _settings[name] = value.DeepClone();
        return null;
    }

    private string? EnableStream(JsonNode specification)
    {
        if (_settings.ContainsKey("StreamSpecification")) return $"Table already has an enabled stream: TableName: {Name}";
        SetStream(specification);
        return null;
    }

    private void SetStream(JsonNode specification)
    {
        var label = $"2026-01-02T03:04:05.{Interlocked.Increment(ref _streams):d3}";
        _settings["StreamSpecification"] = specification.DeepClone();
        _settings["LatestStreamLabel"] = label;
        _settings["LatestStreamArn"] = $"{Arn}/stream/{label}";
    }

    private string? AddReplica(JsonArray updates)
    {
        if (updates.Count != 1) return "One or more parameter values were invalid: Only one replica can be added at a time.";
        if ((string?)_settings["StreamSpecification"]?["StreamViewType"] != "NEW_AND_OLD_IMAGES")
            return "One or more parameter values were invalid: Table must have stream enabled with view type NEW_AND_OLD_IMAGES.";
        var creation = updates[0]!["Create"]!;
        var replica = new JsonObject { ["RegionName"] = creation["RegionName"]!.DeepClone(), ["ReplicaStatus"] = "ACTIVE" };
        foreach (var name in new[] { "KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride", "GlobalSecondaryIndexes" })
        {
            if (creation[name] is { } value) replica[name] = value.DeepClone();
        }

        if (creation["TableClassOverride"] is { } tableClass) replica["ReplicaTableClassSummary"] = new JsonObject { ["TableClass"] = tableClass.DeepClone() };
        _replicas.Add(replica);
        return null;
    }
}
