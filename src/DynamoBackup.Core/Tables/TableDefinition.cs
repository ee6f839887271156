using System.Text;
using System.Text.Json;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>A table's definition: DescribeTable's <c>Table</c> and DescribeTimeToLive's answer as the service sent them, and what runs need of them.</summary>
internal sealed class TableDefinition
{
    /// <summary>Takes the service's JSON.</summary>
    /// <param name="table">DescribeTable's <c>Table</c>.</param>
    /// <param name="timeToLive">DescribeTimeToLive's <c>TimeToLiveDescription</c>; null where it is not known.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.DefinitionMissing"/>: the JSON has no name or no key schema.</exception>
    public TableDefinition(JsonElement table, JsonElement? timeToLive)
    {
        Table = table;
        TimeToLive = timeToLive;
        try
        {
            Arn = Text(table, "TableArn") ?? "";
            Name = Text(table, "TableName") ?? TableIdentity.Parse(Arn)?.Name ?? "";
            KeyAttributes = ReadAttributes(table);
            Key = ReadKey(table, KeyAttributes);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, "The table definition is not in DescribeTable's shape: it lacks a key schema or its attribute definitions.", null, exception);
        }
    }

    /// <summary>DescribeTable's <c>Table</c>.</summary>
    public JsonElement Table { get; }

    /// <summary>DescribeTimeToLive's <c>TimeToLiveDescription</c>.</summary>
    public JsonElement? TimeToLive { get; }

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>The table's ARN; empty where unknown.</summary>
    public string Arn { get; }

    /// <summary>Partition key and, where there is one, sort key.</summary>
    public IReadOnlyList<KeyAttribute> Key { get; }

    /// <summary>All attributes that are a key of the table or of an index.</summary>
    public IReadOnlyList<KeyAttribute> KeyAttributes { get; }

    /// <summary>The table's id, new for each table of the same name; null where the service gives none.</summary>
    public string? Id => Text(Table, "TableId");

    /// <summary><c>ACTIVE</c>, <c>CREATING</c> ...</summary>
    public string? Status => Text(Table, "TableStatus");

    /// <summary>Items, as counted about every six hours; 0 also where not yet counted.</summary>
    public long ItemCountEstimate => Number(Table, "ItemCount");

    /// <summary>Bytes, as counted about every six hours; 0 also where not yet counted.</summary>
    public long SizeBytesEstimate => Number(Table, "TableSizeBytes");

    private static List<KeyAttribute> ReadAttributes(JsonElement table)
    {
        var attributes = table.GetProperty("AttributeDefinitions").EnumerateArray()
            .Select(definition => new KeyAttribute(Required(definition, "AttributeName"), Required(definition, "AttributeType"))).ToList();
        return attributes.DistinctBy(attribute => attribute.Name).Count() == attributes.Count
            ? attributes
            : throw new KeyNotFoundException("An attribute is defined twice.");
    }

    private static IReadOnlyList<KeyAttribute> ReadKey(JsonElement table, IReadOnlyList<KeyAttribute> attributes)
    {
        var byName = attributes.ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);
        var key = table.GetProperty("KeySchema").EnumerateArray()
            .OrderBy(element => Required(element, "KeyType") == "HASH" ? 0 : 1)
            .Select(element => Required(element, "AttributeName"))
            .Select(name => byName[name]).ToList();
        return key.Count is 1 or 2 && key.All(attribute => attribute.Type is "S" or "N" or "B")
            ? key
            : throw new KeyNotFoundException("The key has not one or two attributes of type S, N or B.");
    }

    private static string Required(JsonElement element, string name) =>
        Text(element, name) is { Length: > 0 } text ? text : throw new KeyNotFoundException($"{name} is missing.");

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}

/// <summary>One attribute of a table's key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>S</c>, <c>N</c> or <c>B</c>, which is also its tag in the canonical encoding.</param>
internal sealed record KeyAttribute(string Name, string Type)
{
    /// <summary>The name in UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>The name and its type.</summary>
    public override string ToString() => $"{Name} ({Type})";
}
