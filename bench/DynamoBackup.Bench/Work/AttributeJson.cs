using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Bench.Work;

/// <summary>AttributeValues to DynamoDB JSON and back.</summary>
internal static class AttributeJson
{
    /// <summary>Writes <c>{"Item":{...}}</c>.</summary>
    public static void WriteLine(Utf8JsonWriter json, Dictionary<string, AttributeValue> item)
    {
        json.WriteStartObject();
        json.WritePropertyName("Item"u8);
        WriteMap(json, item);
        json.WriteEndObject();
    }

    /// <summary>Reads <c>{"Item":{...}}</c>.</summary>
    public static Dictionary<string, AttributeValue> ReadLine(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        json.Read();
        json.Read();
        return ReadMap(ref json);
    }

    private static void WriteMap(Utf8JsonWriter json, Dictionary<string, AttributeValue> map)
    {
        json.WriteStartObject();
        foreach (var (name, value) in map)
        {
            json.WritePropertyName(name);
            json.WriteStartObject();
            Write(json, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AttributeValue value)
    {
        if (value.S is not null) json.WriteString("S"u8, value.S);
        else if (value.N is not null) json.WriteString("N"u8, value.N);
        else if (value.BOOL is { } flag) json.WriteBoolean("BOOL"u8, flag);
        else if (value.NULL is { } none) json.WriteBoolean("NULL"u8, none);
        else if (value.B is not null) json.WriteBase64String("B"u8, value.B.ToArray());
        else if (value.M is not null) WriteNamed(json, "M", value.M);
        else if (value.L is not null) WriteList(json, value.L);
        else if (value.SS is not null) WriteTexts(json, "SS", value.SS);
        else if (value.NS is not null) WriteTexts(json, "NS", value.NS);
        else WriteBinaries(json, value.BS);
    }

    private static void WriteNamed(Utf8JsonWriter json, string name, Dictionary<string, AttributeValue> map)
    {
        json.WritePropertyName(name);
        WriteMap(json, map);
    }

    private static void WriteList(Utf8JsonWriter json, List<AttributeValue> values)
    {
        json.WriteStartArray("L"u8);
        foreach (var value in values)
        {
            json.WriteStartObject();
            Write(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, List<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteBinaries(Utf8JsonWriter json, List<MemoryStream> values)
    {
        json.WriteStartArray("BS"u8);
        foreach (var value in values)
            json.WriteBase64StringValue(value.ToArray());
        json.WriteEndArray();
    }

    /// <summary>From a map's opening brace to its closing one.</summary>
    private static Dictionary<string, AttributeValue> ReadMap(ref Utf8JsonReader json)
    {
        var map = new Dictionary<string, AttributeValue>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            map[name] = ReadValue(ref json);
        }

        return map;
    }

    /// <summary>From a value's opening brace to its closing one.</summary>
    private static AttributeValue ReadValue(ref Utf8JsonReader json)
    {
        json.Read();
        var type = json.GetString()!;
        json.Read();
        var value = type switch
        {
            "S" => new AttributeValue { S = json.GetString() },
            "N" => new AttributeValue { N = json.GetString() },
            "B" => new AttributeValue { B = new MemoryStream(json.GetBytesFromBase64()) },
            "BOOL" => new AttributeValue { BOOL = json.GetBoolean() },
            "NULL" => new AttributeValue { NULL = json.GetBoolean() },
            "M" => new AttributeValue { M = ReadMap(ref json) },
            "L" => new AttributeValue { L = ReadList(ref json) },
            "SS" => new AttributeValue { SS = ReadTexts(ref json) },
            "NS" => new AttributeValue { NS = ReadTexts(ref json) },
            "BS" => new AttributeValue { BS = ReadBinaries(ref json) },
            _ => throw new InvalidDataException($"There is no type '{type}'."),
        };
        json.Read();
        return value;
    }

    private static List<AttributeValue> ReadList(ref Utf8JsonReader json)
    {
        var list = new List<AttributeValue>();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            list.Add(ReadValue(ref json));
        return list;
    }

    private static List<string> ReadTexts(ref Utf8JsonReader json)
    {
        var list = new List<string>();
        while (json.Read() && json.TokenType == JsonTokenType.String)
            list.Add(json.GetString()!);
        return list;
    }

    private static List<MemoryStream> ReadBinaries(ref Utf8JsonReader json)
    {
        var list = new List<MemoryStream>();
        while (json.Read() && json.TokenType == JsonTokenType.String)
            list.Add(new MemoryStream(json.GetBytesFromBase64()));
        return list;
    }
}
