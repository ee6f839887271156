using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Wire;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>A table's content digest made without the engine: a plain scan of the SDK, JSON written anew, the slow reference encoding, big integers.</summary>
internal static class IndependentDigest
{
    /// <summary>The digest of all items in a table.</summary>
    public static async Task<string> OfTableAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        await foreach (var item in SampleTables.ReadAsync(client, table, cancellationToken))
            items.Add(item);
        return Of(items);
    }

    /// <summary>The digest of some items.</summary>
    public static string Of(IReadOnlyCollection<Dictionary<string, AttributeValue>> items)
    {
        var sum = BigInteger.Zero;
        foreach (var item in items)
            sum += new BigInteger(SHA256.HashData(CanonicalReference.Encode(ToJson(item)).Encoding), isUnsigned: true, isBigEndian: true);
        var hex = (sum % BigInteger.Pow(2, 256)).ToString("x64", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"v1:{items.Count}:{hex[^64..]}");
    }

    private static byte[] ToJson(Dictionary<string, AttributeValue> item)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { MaxDepth = 200 }))
            WriteMap(json, item);
        return stream.ToArray();
    }

    private static void WriteMap(Utf8JsonWriter json, Dictionary<string, AttributeValue> map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        if (value.S is not null)
            json.WriteString("S", value.S);
        else if (value.N is not null)
            json.WriteString("N", value.N);
        else if (value.B is not null)
            json.WriteString("B", Convert.ToBase64String(value.B.ToArray()));
        else if (value.BOOL is { } boolean)
            json.WriteBoolean("BOOL", boolean);
        else if (value.NULL is true)
            json.WriteBoolean("NULL", true);
        else if (value.M is not null)
            Nested(json, "M", () => WriteMap(json, value.M));
        else if (value.L is not null)
            Nested(json, "L", () => WriteAll(json, value.L, element => Write(json, element)));
        else if (value.SS is not null)
            Nested(json, "SS", () => WriteAll(json, value.SS, json.WriteStringValue));
        else if (value.NS is not null)
            Nested(json, "NS", () => WriteAll(json, value.NS, json.WriteStringValue));
        else if (value.BS is not null)
            Nested(json, "BS", () => WriteAll(json, value.BS, member => json.WriteStringValue(Convert.ToBase64String(member.ToArray()))));
        else
            throw new InvalidDataException("An attribute value of no type: " + Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(value)));
        json.WriteEndObject();
    }

    private static void Nested(Utf8JsonWriter json, string type, Action write)
    {
        json.WritePropertyName(type);
        write();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray();
        foreach (var value in values)
            write(value);
        json.WriteEndArray();
    }
}
