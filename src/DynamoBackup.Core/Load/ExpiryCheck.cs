using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// Counts items whose time to live has passed: the attribute is a number, seconds since the Unix epoch, in the past but not more than five
/// years back; other items DynamoDB lets be (source: Amazon DynamoDB Developer Guide, "Using time to live (TTL) in DynamoDB").
/// </summary>
internal sealed class ExpiryCheck(string attribute, DateTimeOffset now)
{
    private const int OldestYears = 5;

    private readonly byte[] _attribute = Encoding.UTF8.GetBytes(attribute);
    private readonly double _latest = now.ToUnixTimeSeconds();
    private readonly double _earliest = now.AddYears(-OldestYears).ToUnixTimeSeconds();
    private long _count;

    /// <summary>Expired items so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Looks at an item. May be called from any thread.</summary>
    /// <param name="json">The item.</param>
    /// <param name="item">The same item, read.</param>
    public void Look(ReadOnlySpan<byte> json, CanonicalItem item)
    {
        if (item.TryGetAttribute(_attribute, out var value, out var tag) && tag == CanonicalTag.Number
            && Seconds(json.Slice(value.Start, value.Length)) is { } seconds && seconds >= _earliest && seconds <= _latest)
            Interlocked.Increment(ref _count);
    }

    private static double? Seconds(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
                return double.TryParse(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
        }

        return null;
    }
}
