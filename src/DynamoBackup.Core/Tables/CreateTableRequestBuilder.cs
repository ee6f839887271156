using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Tables;

/// <summary>
/// Turns DescribeTable's answer into a CreateTable request. What describes a table is not what creates one: read-only fields, empty lists
/// and zero throughput are left out or replaced, or CreateTable refuses them.
/// </summary>
internal static class CreateTableRequestBuilder
{
    /// <summary>The request that creates a table like the one described, under a name.</summary>
    /// <param name="definition">The table described.</param>
    /// <param name="name">The new table's name.</param>
    public static CreateTableRequest Build(TableDefinition definition, string name)
    {
        var table = definition.Table;
        var onDemand = IsOnDemand(table);
        var request = new CreateTableRequest
        {
            TableName = name,
            KeySchema = KeySchema(table),
            AttributeDefinitions =
            [
                .. Elements(table, "AttributeDefinitions").Select(attribute =>
                    new AttributeDefinition(Text(attribute, "AttributeName"), new ScalarAttributeType(Text(attribute, "AttributeType")))),
            ],
            BillingMode = onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED,
            ProvisionedThroughput = onDemand ? null : Throughput(table),
        };
        var local = Elements(table, "LocalSecondaryIndexes").Select(LocalIndex).ToList();
        if (local.Count > 0)
            request.LocalSecondaryIndexes = local;
        var global = Elements(table, "GlobalSecondaryIndexes").Select(index => GlobalIndex(index, onDemand)).ToList();
        if (global.Count > 0)
            request.GlobalSecondaryIndexes = global;
        return request;
    }

    /// <summary>
    /// On-demand tables say so in BillingModeSummary, which a table that has always been provisioned lacks; before that existed, and in
    /// some compatible servers, zero throughput says it.
    /// </summary>
    private static bool IsOnDemand(JsonElement table)
    {
        if (table.TryGetProperty("BillingModeSummary", out var summary) && summary.TryGetProperty("BillingMode", out var mode))
            return mode.GetString() == "PAY_PER_REQUEST";
        return !table.TryGetProperty("ProvisionedThroughput", out var throughput)
            || (Number(throughput, "ReadCapacityUnits") == 0 && Number(throughput, "WriteCapacityUnits") == 0);
    }

    private static LocalSecondaryIndex LocalIndex(JsonElement index) => new()
    {
        IndexName = Text(index, "IndexName"),
        KeySchema = KeySchema(index),
        Projection = ProjectionOf(index),
    };

    private static GlobalSecondaryIndex GlobalIndex(JsonElement index, bool onDemand) => new()
    {
        IndexName = Text(index, "IndexName"),
        KeySchema = KeySchema(index),
        Projection = ProjectionOf(index),
        ProvisionedThroughput = onDemand ? null : Throughput(index),
    };

    private static List<KeySchemaElement> KeySchema(JsonElement owner) =>
        [.. Elements(owner, "KeySchema").Select(element => new KeySchemaElement(Text(element, "AttributeName"), new KeyType(Text(element, "KeyType"))))];

    private static Projection ProjectionOf(JsonElement index)
    {
        var described = index.GetProperty("Projection");
        var projection = new Projection { ProjectionType = new ProjectionType(Text(described, "ProjectionType")) };
        var attributes = Elements(described, "NonKeyAttributes").Select(attribute => attribute.GetString()!).ToList();
        if (attributes.Count > 0)
            projection.NonKeyAttributes = attributes;
        return projection;
    }

    private static ProvisionedThroughput Throughput(JsonElement owner)
    {
        var described = owner.TryGetProperty("ProvisionedThroughput", out var value) ? value : default;
        return new ProvisionedThroughput(Math.Max(1, Number(described, "ReadCapacityUnits")), Math.Max(1, Number(described, "WriteCapacityUnits")));
    }

    private static IEnumerable<JsonElement> Elements(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static string Text(JsonElement owner, string name) => owner.GetProperty(name).GetString()!;

    private static long Number(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
