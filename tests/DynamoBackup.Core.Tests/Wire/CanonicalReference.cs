using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>
/// Canonical encoding v1 and the item's size, made once more from docs/FORMAT.md alone: slowly, with the framework's JSON reader and big
/// integers, and without a line of the engine. Any exception means that the text is not an item.
/// </summary>
internal static class CanonicalReference
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <summary>Encodes an item.</summary>
    public static (byte[] Encoding, int ItemBytes) Encode(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Deep);
        var (encoding, size) = Map(document.RootElement);
        // The item itself is a map without a map's overhead.
        return (encoding, size - 3 - document.RootElement.EnumerateObject().Count());
    }

    private static (byte[] Encoding, int Size) Value(JsonElement value)
    {
        var property = value.EnumerateObject().Single();
        var content = property.Value;
        switch (property.Name)
        {
            case "S":
                return Tagged('S', Text(content));
            case "N":
                return Tagged('N', Number(content));
            case "B":
                return Tagged('B', Binary(content));
            case "BOOL":
                return ([(byte)'O', content.GetBoolean() ? (byte)1 : (byte)0], 1);
            case "NULL":
                return content.GetBoolean() ? ([(byte)'0'], 1) : throw new FormatException("NULL is not true");
            case "M":
                return Map(content);
            case "L":
                var values = content.EnumerateArray().Select(Value).ToList();
                return ([(byte)'L', .. Count(values.Count), .. values.SelectMany(element => element.Encoding)], 3 + values.Sum(element => element.Size + 1));
            case "SS":
                return Set('s', content.EnumerateArray().Select(Text));
            case "NS":
                return Set('n', content.EnumerateArray().Select(Number));
            case "BS":
                return Set('b', content.EnumerateArray().Select(Binary));
            default:
                throw new FormatException($"Unknown type {property.Name}");
        }
    }

    private static (byte[] Encoding, int Size) Map(JsonElement map)
    {
        var entries = map.EnumerateObject().Select(property => (Name: Encoding.UTF8.GetBytes(property.Name), Value: Value(property.Value))).ToList();
        RequireDistinct(entries.Select(entry => entry.Name));
        entries.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return (
            [(byte)'M', .. Count(entries.Count), .. entries.SelectMany(entry => (byte[])[.. Count(entry.Name.Length), .. entry.Name, .. entry.Value.Encoding])],
            3 + entries.Sum(entry => entry.Name.Length + entry.Value.Size + 1));
    }

    private static (byte[] Encoding, int Size) Set(char tag, IEnumerable<(byte[] Encoding, int Size)> members)
    {
        var sorted = members.ToList();
        if (sorted.Count == 0)
            throw new FormatException("A set is empty");
        RequireDistinct(sorted.Select(member => member.Encoding));
        sorted.Sort((left, right) => left.Encoding.AsSpan().SequenceCompareTo(right.Encoding));
        return ([(byte)tag, .. Count(sorted.Count), .. sorted.SelectMany(member => member.Encoding)], sorted.Sum(member => member.Size));
    }

    private static (byte[] Encoding, int Size) Text(JsonElement text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.GetString() ?? throw new FormatException("No text"));
        return ([.. Count(bytes.Length), .. bytes], bytes.Length);
    }

    private static (byte[] Encoding, int Size) Binary(JsonElement binary)
    {
        var bytes = binary.GetBytesFromBase64();
        return ([.. Count(bytes.Length), .. bytes], bytes.Length);
    }

    private static (byte[] Encoding, int Size) Number(JsonElement number)
    {
        var parts = (number.GetString() ?? throw new FormatException("No number")).ToLowerInvariant().Split('e');
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = parts[0].IndexOf('.');
        if (point >= 0)
            exponent -= parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (parts.Length > 2 || parts[0].Count(character => character == '.') > 1)
            throw new FormatException("Not a number");
        if (digits.IsZero)
            return ([0], 1);
        for (; digits % 10 == 0; digits /= 10)
            exponent++;

        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture);
        var zigzag = exponent >= 0 ? 2L * exponent : -2L * exponent - 1;
        return (
            [digits.Sign < 0 ? (byte)2 : (byte)1, .. Count(zigzag), .. Count(text.Length), .. Encoding.ASCII.GetBytes(text)],
            (int)Math.Ceiling(text.Length / 2m) + 1 + (digits.Sign < 0 ? 1 : 0));
    }

    private static (byte[] Encoding, int Size) Tagged(char tag, (byte[] Encoding, int Size) content) => ([(byte)tag, .. content.Encoding], content.Size);

    private static void RequireDistinct(IEnumerable<byte[]> keys)
    {
        if (!keys.Select(Convert.ToHexString).GroupBy(key => key).All(group => group.Count() == 1))
            throw new FormatException("Something stands twice");
    }

    /// <summary>Unsigned LEB128.</summary>
    private static List<byte> Count(long value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value /= 128)
            bytes.Add((byte)(value % 128 + 128));
        bytes.Add((byte)value);
        return bytes;
    }
}
