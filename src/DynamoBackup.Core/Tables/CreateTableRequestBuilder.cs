using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Tables;

/// <summary>
/// Turns a blueprint into a CreateTable request. What describes a table is not what creates one: lists are left out rather than empty, and
/// an attribute is defined only where a key or an index uses it, or CreateTable refuses it.
/// </summary>
internal static class CreateTableRequestBuilder
{
    /// <summary>The request that creates the table, without what comes after the items.</summary>
    /// <param name="blueprint">The table's settings.</param>
    /// <param name="name">The new table's name.</param>
    public static CreateTableRequest Build(TableBlueprint blueprint, string name)
    {
        var request = new CreateTableRequest
        {
            TableName = name,
            KeySchema = KeySchema(blueprint.Sections[TableBlueprint.Key]!),
            AttributeDefinitions = [.. UsedAttributes(blueprint).Where(blueprint.AttributeTypes.ContainsKey).Order(StringComparer.Ordinal)
                .Select(attribute => new AttributeDefinition(attribute, new ScalarAttributeType(blueprint.AttributeTypes[attribute])))],
            BillingMode = new BillingMode((string)blueprint.Sections[TableBlueprint.BillingMode]!),
            ProvisionedThroughput = Throughput(blueprint.Sections[TableBlueprint.Throughput]),
            OnDemandThroughput = OnDemand(blueprint.Section(TableSetting.OnDemandThroughput)),
            WarmThroughput = Warm(blueprint.Section(TableSetting.WarmThroughput)),
            LocalSecondaryIndexes = NullIfEmpty(blueprint.Indexes(TableBlueprint.LocalIndexes).Select(LocalIndex)),
            GlobalSecondaryIndexes = NullIfEmpty(blueprint.Indexes(TableBlueprint.GlobalIndexes).Select(GlobalIndex)),
            VectorIndexes = NullIfEmpty(blueprint.Indexes(TableBlueprint.VectorIndexes).Select(Vector)),
            Tags = NullIfEmpty((blueprint.Section(TableSetting.Tags) ?? []).Select(tag => new Tag { Key = tag.Key, Value = (string?)tag.Value })),
        };
        if (blueprint.Sections[nameof(TableSetting.TableClass)] is { } tableClass)
            request.TableClass = new TableClass((string)tableClass!);
        if (blueprint.Section(TableSetting.Encryption) is { } encryption)
            request.SSESpecification = new SSESpecification { Enabled = true, SSEType = SSEType.KMS, KMSMasterKeyId = (string?)encryption["KMSMasterKeyId"] };
        return request;
    }

    private static IEnumerable<string> UsedAttributes(TableBlueprint blueprint)
    {
        var keys = new[] { TableBlueprint.LocalIndexes, TableBlueprint.GlobalIndexes }.SelectMany(blueprint.Indexes).Select(index => index.Index["KeySchema"]!)
            .Prepend(blueprint.Sections[TableBlueprint.Key]!).SelectMany(key => key.AsArray());
        var vectors = blueprint.Indexes(TableBlueprint.VectorIndexes).SelectMany(index => index.Index["SearchSchema"]!.AsArray().Select(Name).Append((string?)index.Index["VectorAttribute"]));
        return keys.Select(Name).Concat(vectors).OfType<string>().Distinct(StringComparer.Ordinal);

        static string? Name(JsonNode? element) => (string?)element!["AttributeName"];
    }

    private static LocalSecondaryIndex LocalIndex((string Name, JsonObject Index) local) => new()
    {
        IndexName = local.Name,
        KeySchema = KeySchema(local.Index["KeySchema"]!),
        Projection = ProjectionOf(local.Index),
    };

    private static GlobalSecondaryIndex GlobalIndex((string Name, JsonObject Index) global) => new()
    {
        IndexName = global.Name,
        KeySchema = KeySchema(global.Index["KeySchema"]!),
        Projection = ProjectionOf(global.Index),
        ProvisionedThroughput = Throughput(global.Index[TableBlueprint.Throughput]),
        OnDemandThroughput = OnDemand(global.Index[nameof(TableSetting.OnDemandThroughput)]),
        WarmThroughput = Warm(global.Index[nameof(TableSetting.WarmThroughput)]),
    };

    private static VectorIndex Vector((string Name, JsonObject Index) vector) => new()
    {
        IndexName = vector.Name,
        VectorAttribute = new VectorAttributeDefinition { AttributeName = (string?)vector.Index["VectorAttribute"] },
        Dimensions = (int)(long)vector.Index["Dimensions"]!,
        DistanceFunction = (string?)vector.Index["DistanceFunction"] is { } function ? new VectorDistanceFunction(function) : null,
        Projection = ProjectionOf(vector.Index),
        SearchSchema = NullIfEmpty(vector.Index["SearchSchema"]!.AsArray().Select(element => new SearchSchemaElement
        {
            AttributeName = (string?)element!["AttributeName"],
            SearchSchemaElementType = new SearchSchemaElementType((string)element["SearchSchemaElementType"]!),
        })),
    };

    private static List<KeySchemaElement> KeySchema(JsonNode key) =>
        [.. key.AsArray().Select(element => new KeySchemaElement((string)element!["AttributeName"]!, new KeyType((string)element["KeyType"]!)))];

    private static Projection ProjectionOf(JsonObject index)
    {
        var projection = index["Projection"]!;
        return new Projection
        {
            ProjectionType = new ProjectionType((string)projection["ProjectionType"]!),
            NonKeyAttributes = NullIfEmpty(((JsonArray?)projection["NonKeyAttributes"] ?? []).Select(attribute => (string)attribute!)),
        };
    }

    private static ProvisionedThroughput? Throughput(JsonNode? throughput) => throughput is null
        ? null
        : new ProvisionedThroughput((long)throughput["ReadCapacityUnits"]!, (long)throughput["WriteCapacityUnits"]!);

    private static OnDemandThroughput? OnDemand(JsonNode? limits) => limits is null
        ? null
        : new OnDemandThroughput { MaxReadRequestUnits = (long?)limits["MaxReadRequestUnits"], MaxWriteRequestUnits = (long?)limits["MaxWriteRequestUnits"] };

    private static WarmThroughput? Warm(JsonNode? warm) => warm is null
        ? null
        : new WarmThroughput { ReadUnitsPerSecond = (long?)warm["ReadUnitsPerSecond"], WriteUnitsPerSecond = (long?)warm["WriteUnitsPerSecond"] };

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> elements) => elements.ToList() is { Count: > 0 } list ? list : null;
}
