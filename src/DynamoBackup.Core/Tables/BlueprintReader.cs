using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>Makes a blueprint of a definition.</summary>
internal sealed class BlueprintReader(TableDefinition definition)
{
    /// <summary>The recovery period of a table that names none (source: Amazon DynamoDB API reference, PointInTimeRecoverySpecification).</summary>
    private const long DefaultRecoveryDays = 35;

    /// <summary>What every on-demand table can take at once (source: Amazon DynamoDB Developer Guide, "DynamoDB warm throughput").</summary>
    private const long LeastWarmReads = 12_000;
    private const long LeastWarmWrites = 4_000;

    private const string StandardClass = "STANDARD";
    private const string ReservedTag = "aws:";

    private readonly JsonElement _table = definition.Table;
    private readonly SidecarDefinition _recorded = definition.Recorded;
    private readonly JsonObject _sections = [];
    private readonly List<(TableSetting, string)> _outOfReach = [];
    private readonly bool _onDemand = TableBlueprint.IsOnDemand(definition.Table);
    private readonly Dictionary<string, string> _types = definition.Table.Objects("AttributeDefinitions")
        .ToDictionary(attribute => attribute.RequiredText("AttributeName"), attribute => attribute.RequiredText("AttributeType"), StringComparer.Ordinal);

    /// <summary>Reads all sections.</summary>
    public TableBlueprint Read()
    {
        _sections[TableBlueprint.Key] = KeyOf(_table);
        _sections[TableBlueprint.BillingMode] = _onDemand ? TableBlueprint.PayPerRequest : "PROVISIONED";
        Set(TableBlueprint.Throughput, ThroughputOf(_table));
        Set(TableBlueprint.LocalIndexes, Indexes("LocalSecondaryIndexes", index => new JsonObject { ["KeySchema"] = KeyOf(index), ["Projection"] = ProjectionOf(index) }));
        Set(TableBlueprint.GlobalIndexes, Indexes("GlobalSecondaryIndexes", GlobalIndex));
        Set(TableBlueprint.VectorIndexes, Indexes("VectorIndexes", VectorIndex));
        Set(TableSetting.OnDemandThroughput, OnDemandOf(_table));
        Set(TableSetting.WarmThroughput, WarmOf(_table));
        Set(TableSetting.TableClass, ClassOf() is var tableClass && tableClass != StandardClass ? tableClass : null);
        Set(TableSetting.Encryption, Encryption());
        Set(TableSetting.DeletionProtection, _table.IsTrue("DeletionProtectionEnabled") ? true : null);
        Set(TableSetting.Tags, Tags());
        Set(TableSetting.Stream, _table.Child("StreamSpecification") is { } stream && stream.IsTrue("StreamEnabled") ? stream.Text("StreamViewType") : null);
        Set(TableSetting.TimeToLive, definition.TimeToLiveAttribute);
        Set(TableSetting.PointInTimeRecovery, Recovery());
        Set(TableSetting.KinesisDestination, Destinations());
        Set(TableSetting.ContributorInsights, Insights());
        Set(TableSetting.Replicas, new ReplicaReader(_table, definition.Arn, ClassOf()).Read());
        Set(TableSetting.ResourcePolicy, Policies());
        NoteAutoScaling();
        return new TableBlueprint { Sections = _sections, AttributeTypes = _types, OutOfReach = _outOfReach };
    }

    private void Set(TableSetting setting, JsonNode? value) => Set(setting.ToString(), value);

    private void Set(string section, JsonNode? value)
    {
        if (value is not (null or JsonObject { Count: 0 }))
            _sections[section] = value;
    }

    private JsonArray KeyOf(JsonElement owner) => [.. owner.Objects("KeySchema").OrderBy(element => element.Text("KeyType") == "HASH" ? 0 : 1).Select(element =>
    {
        var name = element.RequiredText("AttributeName");
        return new JsonObject
        {
            ["AttributeName"] = name,
            ["KeyType"] = element.RequiredText("KeyType"),
            ["AttributeType"] = _types.TryGetValue(name, out var type) ? type : throw new KeyNotFoundException($"the key attribute '{name}' is not defined"),
        };
    })];

    /// <summary>Indexes by their names; one that was being deleted is not one of them.</summary>
    private JsonObject Indexes(string list, Func<JsonElement, JsonObject> read)
    {
        var indexes = new JsonObject();
        foreach (var index in _table.Objects(list).Where(index => index.Text("IndexStatus") is not "DELETING").OrderBy(index => index.RequiredText("IndexName"), StringComparer.Ordinal))
            indexes[index.RequiredText("IndexName")] = read(index);
        return indexes;
    }

    private JsonObject GlobalIndex(JsonElement described)
    {
        var index = new JsonObject { ["KeySchema"] = KeyOf(described), ["Projection"] = ProjectionOf(described) };
        Add(TableBlueprint.Throughput, ThroughputOf(described));
        Add(nameof(TableSetting.OnDemandThroughput), OnDemandOf(described));
        Add(nameof(TableSetting.WarmThroughput), WarmOf(described));
        return index;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
                index[name] = value;
        }
    }

    private static JsonObject VectorIndex(JsonElement described) => new()
    {
        ["VectorAttribute"] = described.Child("VectorAttribute")?.RequiredText("AttributeName"),
        ["Dimensions"] = described.Number("Dimensions"),
        ["DistanceFunction"] = described.Text("DistanceFunction"),
        ["Projection"] = ProjectionOf(described),
        ["SearchSchema"] = new JsonArray([.. described.Objects("SearchSchema").Select(element => new JsonObject
        {
            ["AttributeName"] = element.RequiredText("AttributeName"),
            ["SearchSchemaElementType"] = element.RequiredText("SearchSchemaElementType"),
        })]),
    };

    private static JsonObject ProjectionOf(JsonElement index)
    {
        var described = index.Child("Projection") ?? throw new KeyNotFoundException("an index has no projection");
        var projection = new JsonObject { ["ProjectionType"] = described.RequiredText("ProjectionType") };
        var attributes = described.Texts("NonKeyAttributes").Order(StringComparer.Ordinal).Select(attribute => (JsonNode)attribute).ToArray();
        if (attributes.Length > 0)
            projection["NonKeyAttributes"] = new JsonArray(attributes);
        return projection;
    }

    private JsonObject? ThroughputOf(JsonElement owner)
    {
        if (_onDemand)
            return null;
        var described = owner.Child(TableBlueprint.Throughput) ?? default;
        return new JsonObject
        {
            ["ReadCapacityUnits"] = Math.Max(1, described.Number("ReadCapacityUnits")),
            ["WriteCapacityUnits"] = Math.Max(1, described.Number("WriteCapacityUnits")),
        };
    }

    /// <summary>DescribeTable spells "no limit" as -1.</summary>
    private JsonObject? OnDemandOf(JsonElement owner) => _onDemand && owner.Child("OnDemandThroughput") is { } described
        ? Positive(described, "MaxReadRequestUnits", "MaxWriteRequestUnits")
        : null;

    private JsonObject? WarmOf(JsonElement owner)
    {
        if (owner.Child("WarmThroughput") is not { } described || Positive(described, "ReadUnitsPerSecond", "WriteUnitsPerSecond") is not { } warm)
            return null;
        return _onDemand && described.Number("ReadUnitsPerSecond") <= LeastWarmReads && described.Number("WriteUnitsPerSecond") <= LeastWarmWrites ? null : warm;
    }

    private static JsonObject? Positive(JsonElement described, params string[] names)
    {
        var limits = new JsonObject();
        foreach (var name in names.Where(name => described.Number(name) > 0))
            limits[name] = described.Number(name);
        return limits.Count > 0 ? limits : null;
    }

    private string ClassOf() => _table.Child("TableClassSummary")?.Text("TableClass") ?? _table.Text("TableClass") ?? StandardClass;

    /// <summary>A key of DynamoDB's own needs no setting, and is described by none.</summary>
    private JsonObject? Encryption()
    {
        var encryption = new JsonObject { ["SSEType"] = "KMS" };
        string? key;
        if (_table.Child("SSEDescription") is { } described && described.Text("SSEType") == "KMS" && described.Text("Status") is not ("DISABLED" or "DISABLING"))
            key = described.Text("KMSMasterKeyArn");
        else if (_table.Child("SSESpecification") is { } specified && specified.IsTrue("Enabled"))
            key = specified.Text("KMSMasterKeyId");
        else
            return null;
        if (key is not null)
            encryption["KMSMasterKeyId"] = key;
        return encryption;
    }

    private JsonObject Tags()
    {
        var tags = new JsonObject();
        var elements = _recorded.Tags is { ValueKind: JsonValueKind.Array } recorded ? recorded.EnumerateArray() : _table.Objects("Tags");
        var reserved = new List<string>();
        foreach (var tag in elements.OrderBy(tag => tag.RequiredText("Key"), StringComparer.Ordinal))
        {
            if (tag.RequiredText("Key").StartsWith(ReservedTag, StringComparison.Ordinal))
                reserved.Add(tag.RequiredText("Key"));
            else
                tags[tag.RequiredText("Key")] = tag.Text("Value") ?? "";
        }

        if (reserved.Count > 0)
            _outOfReach.Add((TableSetting.Tags, $"only AWS's own services set tags whose keys begin with aws: ({string.Join(", ", reserved)})"));
        return tags;
    }

    private JsonObject? Recovery() =>
        _recorded.ContinuousBackupsDescription?.Child("PointInTimeRecoveryDescription") is { } recovery && recovery.Text("PointInTimeRecoveryStatus") == "ENABLED"
            ? new JsonObject { ["RecoveryPeriodInDays"] = recovery.Number("RecoveryPeriodInDays") is > 0 and var days ? days : DefaultRecoveryDays }
            : null;

    private JsonObject Destinations()
    {
        var destinations = new JsonObject();
        foreach (var destination in _recorded.KinesisDataStreamDestinations is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
        {
            if (destination.Text("DestinationStatus") is "ACTIVE" or "ENABLING" or "UPDATING")
                destinations[destination.RequiredText("StreamArn")] = destination.Text("ApproximateCreationDateTimePrecision") ?? "MILLISECOND";
        }

        return destinations;
    }

    /// <summary>Modes by index; the table's own stands under an empty name.</summary>
    private JsonObject Insights()
    {
        var insights = new JsonObject();
        foreach (var answer in _recorded.ContributorInsights ?? [])
        {
            if (answer.Text("ContributorInsightsStatus") is "ENABLED" or "ENABLING")
                insights[answer.Text("IndexName") ?? ""] = answer.Text("ContributorInsightsMode") ?? "ACCESSED_AND_THROTTLED_KEYS";
        }

        return insights;
    }

    private JsonObject Policies()
    {
        var policies = new JsonObject();
        Add("Table", _recorded.ResourcePolicy?.Text("Policy") ?? _table.Text("ResourcePolicy"));
        Add("Stream", _recorded.StreamResourcePolicy?.Text("Policy"));
        return policies;

        void Add(string name, string? policy)
        {
            if (policy is not null)
                policies[name] = PolicyText.Read(policy, definition.Arn, _table.Text("LatestStreamArn"));
        }
    }

    private void NoteAutoScaling()
    {
        var scales = _recorded.TableAutoScalingDescription is { } description && description.Objects("Replicas").Any(replica =>
            Scales(replica, "ReplicaProvisionedReadCapacityAutoScalingSettings") || Scales(replica, "ReplicaProvisionedWriteCapacityAutoScalingSettings"));
        if (scales)
            _outOfReach.Add((TableSetting.AutoScaling, "Application Auto Scaling keeps the scaling of provisioned capacity; what DynamoDB tells of it is in the backup"));

        static bool Scales(JsonElement replica, string name) => replica.Child(name) is { } settings && settings.Child("AutoScalingDisabled") is { ValueKind: JsonValueKind.False };
    }
}
