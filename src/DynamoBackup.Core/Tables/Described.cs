using System.Text.Json;

namespace DynamoBackup.Tables;

/// <summary>Reads descriptions in AWS's JSON, in which anything may be missing.</summary>
internal static class Described
{
    /// <summary>A text; null where there is none.</summary>
    public static string? Text(this JsonElement owner, string name) =>
        owner.Child(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text that must be there.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public static string RequiredText(this JsonElement owner, string name) =>
        owner.Text(name) is { Length: > 0 } text ? text : throw new KeyNotFoundException($"{name} is missing.");

    /// <summary>A whole number; 0 where there is none.</summary>
    public static long Number(this JsonElement owner, string name) =>
        owner.Child(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>Whether there is <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement owner, string name) => owner.Child(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The objects in a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement owner, string name) =>
        owner.Child(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object) : [];

    /// <summary>The texts in a list; none where there is no list.</summary>
    public static IEnumerable<string> Texts(this JsonElement owner, string name) =>
        owner.Child(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.String).Select(element => element.GetString()!)
            : [];

    /// <summary>A property's value; null where there is none, or it is JSON's null.</summary>
    public static JsonElement? Child(this JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A property of a property's value.</summary>
    public static JsonElement? Child(this JsonElement owner, string name, string inner) => owner.Child(name)?.Child(inner);
}
