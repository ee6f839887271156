using System.Globalization;
using System.Text.Json;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>The capacity that a table has by its description (source: Amazon DynamoDB API reference, TableDescription).</summary>
/// <param name="UnitsPerSecond">Units a second.</param>
/// <param name="What">What kind of capacity that is, in words: "provisioned", "on-demand maximum", "warm throughput".</param>
internal sealed record TableCapacity(double UnitsPerSecond, string What)
{
    /// <summary>
    /// Reads it: the provisioned units; of an on-demand table the maximum that was set for it, else its warm throughput, which is what it
    /// serves at once.
    /// </summary>
    /// <param name="table">DescribeTable's <c>Table</c>.</param>
    /// <param name="kind">Which capacity.</param>
    /// <returns>Null where the description tells none.</returns>
    public static TableCapacity? Of(JsonElement table, CapacityKind kind)
    {
        var isRead = kind == CapacityKind.Read;
        if (!IsOnDemand(table) && Units(table, "ProvisionedThroughput", isRead ? "ReadCapacityUnits" : "WriteCapacityUnits") is { } provisioned)
            return new TableCapacity(provisioned, "provisioned");
        if (Units(table, "OnDemandThroughput", isRead ? "MaxReadRequestUnits" : "MaxWriteRequestUnits") is { } most)
            return new TableCapacity(most, "on-demand maximum");
        return Units(table, "WarmThroughput", isRead ? "ReadUnitsPerSecond" : "WriteUnitsPerSecond") is { } warm
            ? new TableCapacity(warm, "warm throughput")
            : null;
    }

    /// <summary>Secondary indexes, each of which a write may go into as well.</summary>
    /// <param name="table">DescribeTable's <c>Table</c>.</param>
    public static int IndexesOf(JsonElement table) =>
        CountOf(table, "GlobalSecondaryIndexes") + CountOf(table, "LocalSecondaryIndexes");

    /// <summary>The capacity in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UnitsPerSecond:#,0.##} units/s ({What})");

    private static int CountOf(JsonElement table, string name) =>
        table.TryGetProperty(name, out var indexes) && indexes.ValueKind == JsonValueKind.Array ? indexes.GetArrayLength() : 0;

    private static bool IsOnDemand(JsonElement table) =>
        table.TryGetProperty("BillingModeSummary", out var summary) && summary.ValueKind == JsonValueKind.Object
        && summary.TryGetProperty("BillingMode", out var mode) && mode.ValueKind == JsonValueKind.String && mode.ValueEquals("PAY_PER_REQUEST");

    /// <summary>A number above 0: DynamoDB says 0 or -1 where there is none.</summary>
    private static double? Units(JsonElement table, string setting, string name) =>
        table.TryGetProperty(setting, out var value) && value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(name, out var units) && units.ValueKind == JsonValueKind.Number && units.TryGetDouble(out var number) && number > 0
            ? number
            : null;
}
