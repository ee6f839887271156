using System.Text.Json;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>A table's definition: what DescribeTable and its family answered, as the service sent it, and what runs need of it.</summary>
internal sealed class TableDefinition
{
    /// <summary>Takes the service's JSON.</summary>
    /// <param name="recorded">All answers.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.DefinitionMissing"/>: the JSON has no name or no key schema.</exception>
    public TableDefinition(SidecarDefinition recorded)
    {
        Recorded = recorded;
        try
        {
            Arn = Table.Text("TableArn") ?? "";
            Name = Table.Text("TableName") ?? TableIdentity.Parse(Arn)?.Name ?? "";
            KeyAttributes = ReadAttributes(Table);
            Key = ReadKey(Table, KeyAttributes);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
        {
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, "The table definition is not in DescribeTable's shape: it lacks a key schema or its attribute definitions.", null, exception);
        }
    }

    /// <summary>Takes the JSON of a table whose other settings are not known.</summary>
    /// <param name="table">DescribeTable's <c>Table</c>.</param>
    /// <param name="timeToLive">DescribeTimeToLive's <c>TimeToLiveDescription</c>; null where it is not known.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.DefinitionMissing"/>: the JSON has no name or no key schema.</exception>
    public TableDefinition(JsonElement table, JsonElement? timeToLive)
        : this(new SidecarDefinition { Table = table, TimeToLiveDescription = timeToLive })
    {
    }

    /// <summary>All answers.</summary>
    public SidecarDefinition Recorded { get; }

    /// <summary>DescribeTable's <c>Table</c>.</summary>
    public JsonElement Table => Recorded.Table;

    /// <summary>The attribute that tells when an item expires; null where time to live is off or not known.</summary>
    public string? TimeToLiveAttribute => ExpiryAttribute(Recorded.TimeToLiveDescription);

    /// <summary>The table's name.</summary>
    public string Name { get; }

    /// <summary>The table's ARN; empty where unknown.</summary>
    public string Arn { get; }

    /// <summary>Partition key and, where there is one, sort key.</summary>
    public IReadOnlyList<KeyAttribute> Key { get; }

    /// <summary>All attributes that are a key of the table or of an index.</summary>
    public IReadOnlyList<KeyAttribute> KeyAttributes { get; }

    /// <summary>The table's id, new for each table of the same name; null where the service gives none.</summary>
    public string? Id => Table.Text("TableId");

    /// <summary><c>ACTIVE</c>, <c>CREATING</c> ...</summary>
    public string? Status => Table.Text("TableStatus");

    /// <summary>Items, as counted about every six hours; 0 also where not yet counted.</summary>
    public long ItemCountEstimate => Table.Number("ItemCount");

    /// <summary>Bytes, as counted about every six hours; 0 also where not yet counted.</summary>
    public long SizeBytesEstimate => Table.Number("TableSizeBytes");

    /// <summary>The attribute in a <c>TimeToLiveDescription</c> by which items expire; null where time to live is off.</summary>
    public static string? ExpiryAttribute(JsonElement? description) =>
        description is { } setting && setting.Text("TimeToLiveStatus") is "ENABLED" or "ENABLING" ? setting.Text("AttributeName") : null;

    private static List<KeyAttribute> ReadAttributes(JsonElement table)
    {
        var attributes = table.GetProperty("AttributeDefinitions").EnumerateArray()
            .Select(definition => new KeyAttribute(definition.RequiredText("AttributeName"), definition.RequiredText("AttributeType"))).ToList();
        return attributes.DistinctBy(attribute => attribute.Name).Count() == attributes.Count
            ? attributes
            : throw new KeyNotFoundException("An attribute is defined twice.");
    }

    private static IReadOnlyList<KeyAttribute> ReadKey(JsonElement table, IReadOnlyList<KeyAttribute> attributes)
    {
        var byName = attributes.ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);
        var key = table.GetProperty("KeySchema").EnumerateArray()
            .OrderBy(element => element.RequiredText("KeyType") == "HASH" ? 0 : 1)
            .Select(element => element.RequiredText("AttributeName"))
            .Select(name => byName[name]).ToList();
        return key.Count is 1 or 2 && key.All(attribute => attribute.Type is "S" or "N" or "B")
            ? key
            : throw new KeyNotFoundException("The key has not one or two attributes of type S, N or B.");
    }
}
