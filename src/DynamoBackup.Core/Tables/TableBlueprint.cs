using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoBackup.Tables;

/// <summary>
/// A table's settings in one plain form, whether they come from DescribeTable's shape or from CreateTable's: what a table is created from,
/// and what two tables are compared by. A setting that is off or at its default is not in it, nor is what only tells a state.
/// </summary>
internal sealed class TableBlueprint
{
    /// <summary>The section of the table's key.</summary>
    public const string Key = "KeySchema";

    /// <summary>The section of the billing mode.</summary>
    public const string BillingMode = "BillingMode";

    /// <summary>The section of the provisioned capacity; also an index's property.</summary>
    public const string Throughput = "ProvisionedThroughput";

    /// <summary>The section of local secondary indexes, by their names.</summary>
    public const string LocalIndexes = "LocalSecondaryIndexes";

    /// <summary>The section of global secondary indexes, by their names.</summary>
    public const string GlobalIndexes = "GlobalSecondaryIndexes";

    /// <summary>The section of vector indexes, by their names.</summary>
    public const string VectorIndexes = nameof(TableSetting.VectorIndexes);

    /// <summary>Billing for requests.</summary>
    public const string PayPerRequest = "PAY_PER_REQUEST";

    /// <summary>Sections by name: the constants above, and the names of <see cref="TableSetting"/>.</summary>
    public JsonObject Sections { get; init; } = [];

    /// <summary>The types of attributes that are a part of a key, by their names.</summary>
    public IReadOnlyDictionary<string, string> AttributeTypes { get; init; } = new Dictionary<string, string>();

    /// <summary>What the definition holds and no call can put back, as findings without a table: section and reason.</summary>
    public List<(TableSetting Setting, string Reason)> OutOfReach { get; init; } = [];

    /// <summary>Sections left out or changed on request, which therefore are no difference.</summary>
    public HashSet<string> OnRequest { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Reads a definition.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.DefinitionMissing"/>: something that a table cannot be without is missing.</exception>
    public static TableBlueprint Of(TableDefinition definition)
    {
        try
        {
            return new BlueprintReader(definition).Read();
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or JsonException)
        {
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The table definition of '{definition.Name}' is not complete ({exception.Message}), so no table can be created from it. Create the table by hand and restore into it.", definition.Name, exception);
        }
    }

    /// <summary>
    /// On-demand tables say so in BillingModeSummary, which a table that has always been provisioned lacks, or in CreateTable's BillingMode;
    /// before that existed, and in some compatible servers, zero throughput says it.
    /// </summary>
    public static bool IsOnDemand(JsonElement table)
    {
        if ((table.Child("BillingModeSummary")?.Text("BillingMode") ?? table.Text("BillingMode")) is { } mode)
            return mode == PayPerRequest;
        return table.Child(Throughput) is not { } throughput || (throughput.Number("ReadCapacityUnits") == 0 && throughput.Number("WriteCapacityUnits") == 0);
    }

    /// <summary>A section; null where there is none.</summary>
    public JsonObject? Section(TableSetting setting) => Sections[setting.ToString()] as JsonObject;

    /// <summary>Whether there is a section.</summary>
    public bool Has(TableSetting setting) => Sections.ContainsKey(setting.ToString());

    /// <summary>Indexes of one kind, by their names.</summary>
    public IEnumerable<(string Name, JsonObject Index)> Indexes(string section) =>
        Sections[section] is JsonObject indexes ? indexes.Select(index => (index.Key, (JsonObject)index.Value!)) : [];

    /// <summary>A copy that can be changed without changing this one.</summary>
    public TableBlueprint Copy() => new()
    {
        Sections = (JsonObject)Sections.DeepClone(),
        AttributeTypes = AttributeTypes,
        OutOfReach = [.. OutOfReach],
        OnRequest = new HashSet<string>(OnRequest, StringComparer.Ordinal),
    };

    /// <summary>Takes a setting out, of the table and of its indexes.</summary>
    public void Remove(TableSetting setting)
    {
        var name = setting.ToString();
        Sections.Remove(name);
        foreach (var (_, index) in Indexes(GlobalIndexes))
            index.Remove(name);
    }
}
