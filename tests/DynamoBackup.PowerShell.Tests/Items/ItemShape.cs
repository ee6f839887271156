using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>
/// One text for one value, from its DynamoDB JSON and from its object in PowerShell: names and sets in order, numbers by their value. Written apart from the code
/// under test.
/// </summary>
internal static class ItemShape
{
    /// <summary>An item or a map in DynamoDB JSON.</summary>
    public static string OfMap(JsonElement map) => Map(map.EnumerateObject().Select(attribute => (attribute.Name, Of(attribute.Value))));

    /// <summary>An item or a map as an object: one with properties, or a dictionary.</summary>
    public static string OfMap(object map) => Map(map is IDictionary dictionary
        ? dictionary.Keys.Cast<string>().Select(name => (name, Of(dictionary[name])))
        : PSObject.AsPSObject(map).Properties.Select(property => (property.Name, Of(property.Value))));

    private static string Of(JsonElement value)
    {
        var (type, content) = (value.EnumerateObject().Single().Name, value.EnumerateObject().Single().Value);
        return type switch
        {
            "S" => Text(content.GetString()!),
            "N" => Number(content.GetString()!),
            "B" => Bytes(content.GetBytesFromBase64()),
            "BOOL" => content.GetBoolean().ToString(),
            "NULL" => "null",
            "M" => OfMap(content),
            "L" => $"[{string.Join(',', content.EnumerateArray().Select(Of))}]",
            "SS" => Set("String", content.EnumerateArray().Select(member => Text(member.GetString()!))),
            "NS" => Set("Number", content.EnumerateArray().Select(member => Number(member.GetString()!))),
            "BS" => Set("Binary", content.EnumerateArray().Select(member => Bytes(member.GetBytesFromBase64()))),
            _ => throw new ArgumentException($"No type {type}."),
        };
    }

    private static string Of(object? value)
    {
        if (value is PSObject { BaseObject: not PSCustomObject } wrapped)
            value = wrapped.BaseObject;
        return value switch
        {
            null => "null",
            string text => Text(text),
            bool truth => truth.ToString(),
            byte[] bytes => Bytes(bytes),
            long or decimal => Number(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
            _ when value.GetType().FullName == "DynamoBackup.DynamoNumber" => Number(value.ToString()!),
            _ when value.GetType().FullName == "DynamoBackup.DynamoSet" => Set(PSObject.AsPSObject(value).Properties["Kind"].Value.ToString()!, ((IEnumerable)value).Cast<object>().Select(Of)),
            object?[] list => $"[{string.Join(',', list.Select(Of))}]",
            IDictionary or PSObject => OfMap(value),
            _ => throw new ArgumentException($"No item holds a {value.GetType()}."),
        };
    }

    private static string Map(IEnumerable<(string Name, string Value)> entries) =>
        $"{{{string.Join(',', entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => $"{Text(entry.Name)}={entry.Value}"))}}}";

    private static string Set(string kind, IEnumerable<string> members) => $"{kind}({string.Join(',', members.Order(StringComparer.Ordinal))})";

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private static string Bytes(byte[] bytes) => $"b{Convert.ToHexString(bytes)}";

    private static string Number(string text)
    {
        var parts = text.ToUpperInvariant().Split('E');
        var exponent = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        var mantissa = parts[0].Split('.');
        var digits = BigInteger.Parse(string.Concat(mantissa), CultureInfo.InvariantCulture);
        exponent -= mantissa.Length == 1 ? 0 : mantissa[1].Length;
        if (digits.IsZero) return "0";
        for (; digits % 10 == 0; digits /= 10) exponent++;
        return $"{digits}e{exponent}";
    }
}
