using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;

namespace DynamoBackup.PowerShell.Items;

/// <summary>Makes objects of items in DynamoDB JSON, so that nothing of them is lost (about_DynamoBackup_Items).</summary>
internal static class ItemReader
{
    /// <summary>The type name of items, for views.</summary>
    public const string TypeName = "DynamoBackup.Item";

    /// <summary>An item's maps and their types: two levels of JSON each, and the engine reads 64 of them.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    /// <summary>The item as an object with a property for each attribute; as a dictionary where PowerShell could not tell its attributes apart.</summary>
    /// <param name="json">The item.</param>
    public static object ToObject(ReadOnlySpan<byte> json)
    {
        var item = Read(json, asDictionary: false);
        if (item is PSObject { BaseObject: PSCustomObject } whole)
            whole.TypeNames.Insert(0, TypeName);
        return item;
    }

    /// <summary>The item as a dictionary whose keys are case-sensitive, and so its maps.</summary>
    /// <param name="json">The item.</param>
    public static OrderedDictionary ToDictionary(ReadOnlySpan<byte> json) => (OrderedDictionary)Read(json, asDictionary: true);

    private static object Read(ReadOnlySpan<byte> json, bool asDictionary)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        return ReadMap(ref reader, asDictionary);
    }

    private static object ReadMap(ref Utf8JsonReader reader, bool asDictionary)
    {
        var entries = new List<KeyValuePair<string, object?>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            entries.Add(new(name, ReadValue(ref reader, asDictionary)));
        }

        return asDictionary || !PropertyNames.CanHold(entries) ? Dictionary(entries) : Object(entries);
    }

    /// <summary>Reads <c>{"S":"a"}</c>, from its first brace to its last.</summary>
    private static object? ReadValue(ref Utf8JsonReader reader, bool asDictionary)
    {
        reader.Read();
        var type = reader.GetString()!;
        reader.Read();
        object? value = type switch
        {
            "S" => reader.GetString(),
            "N" => Number(ref reader),
            "B" => reader.GetBytesFromBase64(),
            "BOOL" => reader.GetBoolean(),
            "NULL" => null,
            "M" => ReadMap(ref reader, asDictionary),
            "L" => ReadList(ref reader, asDictionary),
            "SS" => ReadSet(ref reader, DynamoSetKind.String),
            "NS" => ReadSet(ref reader, DynamoSetKind.Number),
            "BS" => ReadSet(ref reader, DynamoSetKind.Binary),
            _ => throw new InvalidOperationException($"The engine let the type {type} pass."),
        };
        reader.Read();
        return value;
    }

    private static object?[] ReadList(ref Utf8JsonReader reader, bool asDictionary)
    {
        var values = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(ReadValue(ref reader, asDictionary));
        return [.. values];
    }

    private static DynamoSet ReadSet(ref Utf8JsonReader reader, DynamoSetKind kind)
    {
        var members = new List<object>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            members.Add(kind switch
            {
                DynamoSetKind.String => reader.GetString()!,
                DynamoSetKind.Number => Number(ref reader),
                _ => reader.GetBytesFromBase64(),
            });
        }

        return new DynamoSet(kind, members);
    }

    private static object Number(ref Utf8JsonReader reader)
    {
        var text = reader.GetString()!;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : DynamoNumber.Parse(text).ToExact();
    }

    private static OrderedDictionary Dictionary(List<KeyValuePair<string, object?>> entries)
    {
        var dictionary = new OrderedDictionary(entries.Count, StringComparer.Ordinal);
        foreach (var (name, value) in entries)
            dictionary.Add(name, value);
        return dictionary;
    }

    private static PSObject Object(List<KeyValuePair<string, object?>> entries)
    {
        var item = new PSObject();
        foreach (var (name, value) in entries)
            item.Properties.Add(new PSNoteProperty(name, value), preValidated: true);
        return item;
    }
}
