using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Spells a table's definition out, without what belongs to one table only (name, ARN, id, times, counts).</summary>
internal static class TableText
{
    public static IReadOnlyList<string> Of(TableDescription table) =>
    [
        $"billing {table.BillingModeSummary?.BillingMode ?? "PROVISIONED"}",
        $"throughput {Throughput(table.ProvisionedThroughput)}",
        $"key {Key(table.KeySchema)}",
        .. table.AttributeDefinitions.Select(attribute => $"attribute {attribute.AttributeName} {attribute.AttributeType}").Order(StringComparer.Ordinal),
        .. (table.GlobalSecondaryIndexes ?? []).Select(Spell).Order(StringComparer.Ordinal),
        .. (table.LocalSecondaryIndexes ?? []).Select(Spell).Order(StringComparer.Ordinal),
    ];

    private static string Spell(GlobalSecondaryIndexDescription index) =>
        $"global {index.IndexName}: {Key(index.KeySchema)}, {Projected(index.Projection)}, {Throughput(index.ProvisionedThroughput)}";

    private static string Spell(LocalSecondaryIndexDescription index) => $"local {index.IndexName}: {Key(index.KeySchema)}, {Projected(index.Projection)}";

    private static string Key(List<KeySchemaElement> key) => string.Join("+", key.Select(element => $"{element.AttributeName} {element.KeyType}"));

    private static string Projected(Projection projection) =>
        $"{projection.ProjectionType}({string.Join(",", (projection.NonKeyAttributes ?? []).Order(StringComparer.Ordinal))})";

    private static string Throughput(ProvisionedThroughputDescription? throughput) =>
        $"{throughput?.ReadCapacityUnits ?? 0}/{throughput?.WriteCapacityUnits ?? 0}";
}
