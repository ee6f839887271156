using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// The condition that an item has not changed: each of its attributes is equal to what was read, and those that the new item has beside them
/// are still missing. An attribute that is neither's cannot be named, so its coming would not be noticed.
/// </summary>
internal static class ConditionText
{
    /// <summary>
    /// Most attributes of a condition. An expression takes 4 KB and, where limits are told, 300 operators: an equality and the AND before it are
    /// two (source: Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB", Expression parameters).
    /// </summary>
    public const int MostAttributes = 150;

    /// <summary>Writes the members of a request's body that say: there is no item.</summary>
    /// <param name="body">The body, behind other members.</param>
    /// <param name="partitionKey">The name of the partition key.</param>
    public static void AddMissing(MemoryStream body, string partitionKey)
    {
        body.Write(",\"ConditionExpression\":\"attribute_not_exists(#k)\",\"ExpressionAttributeNames\":{\"#k\":\""u8);
        body.Write(JsonEncodedText.Encode(partitionKey).EncodedUtf8Bytes);
        body.Write("\"}"u8);
    }

    /// <summary>Writes the members of a request's body that say: the item is as it was read.</summary>
    /// <param name="body">The body, behind other members.</param>
    /// <param name="read">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <param name="written">The item that is to take its place, as read; null where it is to be deleted.</param>
    /// <returns>False where it has too many attributes; nothing is written then.</returns>
    public static bool TryAddSame(MemoryStream body, CanonicalItem read, ReadOnlySpan<byte> json, CanonicalItem? written)
    {
        var added = NewIn(written, read);
        var count = read.AttributeCount + added.Count;
        if (count > MostAttributes)
            return false;
        var equal = Enumerable.Range(0, read.AttributeCount).Select(index => $"#{Text(index)} = :{Text(index)}");
        var missing = Enumerable.Range(read.AttributeCount, added.Count).Select(index => $"attribute_not_exists(#{Text(index)})");
        body.Write(Encoding.UTF8.GetBytes($",\"ConditionExpression\":\"{string.Join(" AND ", equal.Concat(missing))}\",\"ExpressionAttributeNames\":{{"));
        for (var index = 0; index < count; index++)
            AddName(body, index, index < read.AttributeCount ? read.AttributeName(index, out _) : written!.AttributeName(added[index - read.AttributeCount], out _));
        body.Write("},\"ExpressionAttributeValues\":{"u8);
        for (var index = 0; index < read.AttributeCount; index++)
        {
            read.AttributeName(index, out var value);
            body.Write(Encoding.UTF8.GetBytes($"{(index == 0 ? "" : ",")}\":{Text(index)}\":"));
            body.Write(json.Slice(value.Start, value.Length));
        }

        body.WriteByte((byte)'}');
        return true;
    }

    private static List<int> NewIn(CanonicalItem? written, CanonicalItem read) =>
        written is null ? [] : [.. Enumerable.Range(0, written.AttributeCount).Where(index => !read.TryGetAttribute(written.AttributeName(index, out _), out _, out _))];

    private static void AddName(MemoryStream body, int index, ReadOnlySpan<byte> name)
    {
        body.Write(Encoding.UTF8.GetBytes($"{(index == 0 ? "" : ",")}\"#{Text(index)}\":\""));
        body.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
        body.WriteByte((byte)'"');
    }

    private static string Text(int index) => index.ToString("'a'0", CultureInfo.InvariantCulture);
}
