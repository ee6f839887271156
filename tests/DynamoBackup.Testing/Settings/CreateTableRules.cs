using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>What CreateTable refuses beside what dynalite refuses already (source: Amazon DynamoDB API reference, CreateTable, and the service's messages).</summary>
internal static class CreateTableRules
{
    private const string Invalid = "One or more parameter values were invalid: ";

    private static readonly string[] Members =
    [
        "TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "StreamSpecification", "SSESpecification",
        "Tags", "TableClass", "DeletionProtectionEnabled", "WarmThroughput", "ResourcePolicy", "OnDemandThroughput", "VectorIndexes",
    ];

    private static readonly string[] Local = ["IndexName", "KeySchema", "Projection"];
    private static readonly string[] Global = [.. Local, "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"];
    private static readonly string[] Vector = ["IndexName", "VectorAttribute", "Dimensions", "DistanceFunction", "Projection", "SearchSchema"];
    private static readonly string[] Dynalite = ["TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"];

    /// <summary>The message of the refusal; null where the request is in order.</summary>
    public static string? Refuse(JsonObject request) =>
        RefuseUnknown(request, Members)
        ?? Elements(request, "LocalSecondaryIndexes").Select(index => RefuseUnknown(index, Local)).FirstOrDefault(refusal => refusal is not null)
        ?? Elements(request, "GlobalSecondaryIndexes").Select(index => RefuseUnknown(index, Global) ?? RefuseThroughput(index, request)).FirstOrDefault(refusal => refusal is not null)
        ?? Elements(request, "VectorIndexes").Select(index => RefuseUnknown(index, Vector)).FirstOrDefault(refusal => refusal is not null)
        ?? RefuseEmpty(request)
        ?? RefuseThroughput(request, request)
        ?? RefuseUnused(request)
        ?? RefuseTags(request)
        ?? RefuseKey(request);

    /// <summary>The request without what dynalite does not know.</summary>
    public static JsonObject WhatDynaliteKnows(JsonObject request)
    {
        var known = new JsonObject();
        foreach (var (name, value) in request.Where(member => Dynalite.Contains(member.Key))) known[name] = value?.DeepClone();
        foreach (var index in Elements(known, "GlobalSecondaryIndexes"))
        {
            index.Remove("OnDemandThroughput");
            index.Remove("WarmThroughput");
        }

        var keys = Keys(known).ToHashSet(StringComparer.Ordinal);
        known["AttributeDefinitions"] = new JsonArray([.. Elements(known, "AttributeDefinitions").Where(attribute => keys.Contains((string)attribute["AttributeName"]!)).Select(attribute => attribute.DeepClone())]);
        return known;
    }

    private static string? RefuseUnknown(JsonObject value, string[] known) =>
        value.Select(member => member.Key).FirstOrDefault(name => !known.Contains(name)) is { } unknown ? $"{Invalid}Unexpected member: {unknown}" : null;

    private static string? RefuseEmpty(JsonNode? value) => value switch
    {
        JsonArray { Count: 0 } => $"{Invalid}Member must have length greater than or equal to 1",
        JsonArray array => array.Select(RefuseEmpty).FirstOrDefault(refusal => refusal is not null),
        JsonObject owner => owner.Select(member => RefuseEmpty(member.Value)).FirstOrDefault(refusal => refusal is not null),
        _ => null,
    };

    private static string? RefuseThroughput(JsonObject owner, JsonObject request)
    {
        var onDemand = (string?)request["BillingMode"] == "PAY_PER_REQUEST";
        var provisioned = owner["ProvisionedThroughput"];
        if (onDemand && provisioned is not null) return $"{Invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
        if (!onDemand && ((long?)provisioned?["ReadCapacityUnits"] is not > 0 || (long?)provisioned["WriteCapacityUnits"] is not > 0))
            return $"{Invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified, and be at least 1, when BillingMode is PROVISIONED";
        if (owner["OnDemandThroughput"] is JsonObject limits)
        {
            if (!onDemand) return $"{Invalid}OnDemandThroughput cannot be specified when BillingMode is PROVISIONED";
            if (limits.Any(limit => (long)limit.Value! < 1)) return $"{Invalid}Value for MaxReadRequestUnits and MaxWriteRequestUnits must be at least 1";
        }

        if (owner["WarmThroughput"] is not { } warm) return null;
        var (reads, writes) = onDemand ? (12_000L, 4_000L) : ((long)provisioned!["ReadCapacityUnits"]!, (long)provisioned["WriteCapacityUnits"]!);
        return (long?)warm["ReadUnitsPerSecond"] < reads || (long?)warm["WriteUnitsPerSecond"] < writes
            ? $"{Invalid}Requested ReadUnitsPerSecond or WriteUnitsPerSecond for WarmThroughput is below the minimum"
            : null;
    }

    private static string? RefuseUnused(JsonObject request)
    {
        var used = Keys(request).Concat(Elements(request, "VectorIndexes").SelectMany(index => Elements(index, "SearchSchema").Select(NameOf))).ToHashSet(StringComparer.Ordinal);
        var defined = Elements(request, "AttributeDefinitions").Select(NameOf).ToList();
        return defined.Any(name => !used.Contains(name))
            ? $"{Invalid}Some AttributeDefinitions are not used. AttributeDefinitions: [{string.Join(", ", defined)}], keys used: [{string.Join(", ", used)}]"
            : used.FirstOrDefault(name => !defined.Contains(name)) is { } missing ? $"{Invalid}Some index key attributes are not defined in AttributeDefinitions: {missing}" : null;
    }

    private static string? RefuseTags(JsonObject request) => Elements(request, "Tags").Any(tag => ((string)tag["Key"]!).StartsWith("aws:", StringComparison.Ordinal))
        ? $"{Invalid}Tag keys beginning with aws: are reserved."
        : null;

    private static string? RefuseKey(JsonObject request) => (string?)request["SSESpecification"]?["KMSMasterKeyId"] switch
    {
        null => null,
        StubTable.ManagedKey => $"{Invalid}KMSMasterKeyId should only be provided if the key is different from the default DynamoDB key alias/aws/dynamodb",
        var key => key.StartsWith("arn:aws:kms:us-east-1:", StringComparison.Ordinal) ? null : $"{Invalid}KMS validation error: {key} is not in this Region",
    };

    private static IEnumerable<string> Keys(JsonObject request) => Elements(request, "LocalSecondaryIndexes").Concat(Elements(request, "GlobalSecondaryIndexes")).Prepend(request)
        .SelectMany(owner => Elements(owner, "KeySchema").Select(NameOf));

    private static string NameOf(JsonObject element) => (string)element["AttributeName"]!;

    private static IEnumerable<JsonObject> Elements(JsonObject owner, string name) => owner[name] is JsonArray list ? list.Select(element => element!.AsObject()) : [];
}
