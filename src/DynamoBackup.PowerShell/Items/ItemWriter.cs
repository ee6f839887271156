using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DynamoBackup.PowerShell.Items;

/// <summary>Makes DynamoDB JSON of objects: the way back from <see cref="ItemReader"/>, and of what users type as keys.</summary>
internal static class ItemWriter
{
    private const int MaxDepth = 32;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>The keys that a user gave; null where none were given.</summary>
    /// <exception cref="DynamoBackupException">One of them has no names or values that can be a key.</exception>
    public static IReadOnlyList<ItemKey>? ToKeys(object[]? keys) => keys is null ? null : [.. keys.Select(ToKey)];

    private static ItemKey ToKey(object given)
    {
        var key = Unwrap(given);
        if (EntriesOf(key) is not { } entries)
            throw Invalid($"'{key}' is not a key. Give a hashtable or an object with the attributes of the key, such as @{{ Id = 'a'; Sort = 5 }}");
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Options))
            Write(writer, entries, 0);
        return new ItemKey(System.Text.Encoding.UTF8.GetString(text.WrittenSpan), MayHoldMore: key is not IDictionary);
    }

    private static void Write(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> entries, int depth)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in entries)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, name, Unwrap(value), depth);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, object? value, int depth)
    {
        if (depth > MaxDepth)
            throw Invalid($"the value of {name} is nested more deeply than an item's is");
        writer.WriteStartObject();
        switch (value)
        {
            case null:
                writer.WriteBoolean("NULL", true);
                break;
            case string or char or Guid:
                writer.WriteString("S", value.ToString());
                break;
            case bool truth:
                writer.WriteBoolean("BOOL", truth);
                break;
            case byte[] bytes:
                writer.WriteBase64String("B", bytes);
                break;
            case DynamoSet set:
                WriteSet(writer, set);
                break;
            case var _ when NumberText(value) is { } number:
                writer.WriteString("N", number);
                break;
            case var _ when EntriesOf(value) is { } entries:
                writer.WritePropertyName("M");
                Write(writer, entries, depth + 1);
                break;
            case IEnumerable list:
                writer.WriteStartArray("L");
                foreach (var element in list)
                    WriteValue(writer, name, Unwrap(element), depth + 1);
                writer.WriteEndArray();
                break;
            default:
                throw Invalid($"the value of {name} is a {value.GetType().Name}, which DynamoDB has no type for. Give a string, a number or bytes");
        }

        writer.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter writer, DynamoSet set)
    {
        writer.WriteStartArray(set.Kind switch { DynamoSetKind.String => "SS", DynamoSetKind.Number => "NS", _ => "BS" });
        foreach (var member in set)
        {
            if (member is byte[] bytes)
                writer.WriteBase64StringValue(bytes);
            else
                writer.WriteStringValue(NumberText(member) ?? (string)member);
        }

        writer.WriteEndArray();
    }

    /// <summary>A number's text; a typed 1.5 is a double, whose shortest text is what was typed.</summary>
    private static string? NumberText(object value) => value switch
    {
        DynamoNumber number => number.Text,
        double real => double.IsFinite(real) ? real.ToString("R", CultureInfo.InvariantCulture) : throw Invalid($"{real} is not a number of DynamoDB"),
        float real => float.IsFinite(real) ? real.ToString("R", CultureInfo.InvariantCulture) : throw Invalid($"{real} is not a number of DynamoDB"),
        BigInteger whole => whole.ToString(CultureInfo.InvariantCulture),
        _ when Type.GetTypeCode(value.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal && value is not Enum => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Names and values of a dictionary or of an object's own properties; null for anything else.</summary>
    private static IEnumerable<KeyValuePair<string, object?>>? EntriesOf(object? value) => value switch
    {
        IDictionary dictionary => dictionary.Keys.Cast<object>().Select(key => KeyValuePair.Create(key.ToString()!, dictionary[key])),
        PSObject { BaseObject: PSCustomObject } item => item.Properties.Where(property => property.IsGettable).Select(property => KeyValuePair.Create(property.Name, (object?)property.Value)),
        _ => null,
    };

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static DynamoBackupException Invalid(string why) => new(BackupErrorCode.InvalidArgument, $"-Key: {why}.");
}
