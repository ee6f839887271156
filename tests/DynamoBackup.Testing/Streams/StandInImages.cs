using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>Compares items: a write that changes nothing leaves no record.</summary>
internal static class StandInImages
{
    private static readonly HashSet<string> Sets = ["SS", "NS", "BS"];

    /// <summary>Whether two items are the same; the order of a set's members does not matter.</summary>
    public static bool AreEqual(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Sorted(one), Sorted(other));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(
            field.Key, Sets.Contains(field.Key) && fields.Count == 1 && field.Value is JsonArray set ? new JsonArray([.. set.Select(member => member!.ToJsonString()).Order(StringComparer.Ordinal).Select(member => (JsonNode)member)]) : Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
