using System.Text.Json;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>
/// Checks that an item has its table's key, of a length that the service takes; with the other attributes that indexes have for keys, also those;
/// with a sample of keys, also that no other item has the same one.
/// </summary>
internal sealed class KeyCheck(IReadOnlyList<KeyAttribute> key, IReadOnlyList<KeyAttribute>? indexed = null, DistinctKeys? distinct = null)
{
    /// <summary>Longest partition key and sort key in bytes (source: Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB").</summary>
    private static readonly int[] Longest = [2048, 1024];

    /// <summary>Anything longer holds at least a character, however it is spelled.</summary>
    private const int LongestEmptySpelling = 24;

    /// <summary>Number of the key's attributes.</summary>
    public int Count => key.Count;

    /// <summary>Checks items against a table that they are to be put into: its key, its indexes' keys, no key twice.</summary>
    /// <param name="key">The table's key.</param>
    /// <param name="keyAttributes">All attributes that are a key of the table or of an index.</param>
    /// <param name="distinct">Whether to look for keys that come twice; where all keys are compared anyway, there is no need to.</param>
    public static KeyCheck ForTarget(IReadOnlyList<KeyAttribute> key, IReadOnlyList<KeyAttribute> keyAttributes, bool distinct = true) =>
        new(key, [.. keyAttributes.ExceptBy(key.Select(attribute => attribute.Name), attribute => attribute.Name)], distinct ? new DistinctKeys(key) : null);

    /// <summary>What is wrong with an item's key, in words; null where nothing is.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    public (FindingKind Kind, string Detail)? FindFault(CanonicalItem item, ReadOnlySpan<byte> json)
    {
        for (var index = 0; index < key.Count; index++)
        {
            if (!item.TryGetAttribute(key[index].Utf8Name.Span, out var value, out var tag))
                return (FindingKind.KeyMissing, $"The item lacks the key attribute {key[index]}.");
            if (FindFault(key[index], value, tag, json, Longest[index]) is { } fault)
                return (FindingKind.KeyMissing, $"The item's key attribute {key[index]} {fault}.");
        }

        foreach (var attribute in indexed ?? [])
        {
            // An item without an index's key is not in that index.
            if (item.TryGetAttribute(attribute.Utf8Name.Span, out var value, out var tag) && FindFault(attribute, value, tag, json, Longest[0]) is { } fault)
                return (FindingKind.KeyMissing, $"The item's attribute {attribute}, which is an index's key, {fault}.");
        }

        return distinct is null || distinct.Add(item, json) ? null : (FindingKind.KeyRepeated, "The item has the same key as another one.");
    }

    private static string? FindFault(KeyAttribute attribute, JsonSlice value, byte tag, ReadOnlySpan<byte> json, int longest)
    {
        if (tag != attribute.Type[0])
            return "has another type";
        if (attribute.Type == "N" || (value.Length > LongestEmptySpelling && value.Length <= longest))
            return null;
        var length = LengthOf(json.Slice(value.Start, value.Length), attribute.Type == "B");
        return length == 0 ? "is empty" : length > longest ? $"has {length:N0} bytes; {longest:N0} are the most" : null;
    }

    private static int LengthOf(ReadOnlySpan<byte> value, bool binary)
    {
        var reader = new Utf8JsonReader(value);
        while (reader.TokenType != JsonTokenType.String)
            reader.Read();
        var text = reader.GetString()!;
        return binary ? Convert.FromBase64String(text).Length : System.Text.Encoding.UTF8.GetByteCount(text);
    }
}
