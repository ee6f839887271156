using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Items;

/// <summary>Brings a key that a user gave into the form that the table's key has.</summary>
internal static class KeyText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key as JSON, its attributes in the table's order and of the table's types.</summary>
    /// <param name="key">As given.</param>
    /// <param name="schema">The table's key; null where it is not known: then the key stays as it is.</param>
    /// <exception cref="DynamoBackupException">It is not a key of that table.</exception>
    public static string Of(ItemKey key, IReadOnlyList<KeyAttribute>? schema)
    {
        var given = Parse(key.Json);
        if (schema is null)
            return given.Count > 0 ? given.ToJsonString(Readable) : throw Invalid(key.Json, "names no attribute");
        var expected = string.Join(", ", schema);
        if (schema.FirstOrDefault(attribute => given[attribute.Name] is null) is { } missing)
            throw Invalid(key.Json, $"lacks {missing.Name}; the backup's table has the key {expected}. Names are case-sensitive");
        if (!key.MayHoldMore && given.Count > schema.Count)
            throw Invalid(key.Json, $"has more attributes than the key of the backup's table: {expected}. -Where chooses by other attributes");
        var json = new JsonObject();
        foreach (var attribute in schema)
            json[attribute.Name] = new JsonObject { [attribute.Type] = Convert(given[attribute.Name]!.AsObject().Single(), attribute, key) };
        var text = json.ToJsonString(Readable);
        Check(text, key.Json, expected);
        return text;
    }

    /// <summary>The names in a key.</summary>
    public static IReadOnlyList<string> NamesOf(string json) => [.. Parse(json).Select(attribute => attribute.Key)];

    private static JsonObject Parse(string json)
    {
        Check(json, json, "names and values");
        return JsonNode.Parse(json)!.AsObject();
    }

    /// <summary>Strings, numbers and binary values are texts in JSON, so that another type is another letter before the same text.</summary>
    private static string Convert(KeyValuePair<string, JsonNode?> value, KeyAttribute attribute, ItemKey key) =>
        value.Key is "S" or "N" or "B" && (attribute.Type != "B" || value.Key != "N")
            ? value.Value!.GetValue<string>()
            : throw Invalid(key.Json, $"gives {attribute.Name} a value of type {value.Key}; it has the type {attribute.Type}");

    private static void Check(string json, string given, string expected)
    {
        try
        {
            new CanonicalItem().Read(Encoding.UTF8.GetBytes(json));
        }
        catch (InvalidItemException exception)
        {
            throw Invalid(given, $"cannot be a key of {expected}: {exception.Message}");
        }
    }

    private static DynamoBackupException Invalid(string key, string why) => new(BackupErrorCode.InvalidArgument, $"-Key {key} {why}.", key);
}
