using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>
/// Turns what a user gives as a table definition into JSON: a file, JSON text, a hashtable, what ConvertFrom-Json returned, or the TableDescription
/// of another module's AWS SDK, whatever its version. What says nothing is left out: nulls, empty lists, times.
/// </summary>
internal static class DefinitionText
{
    private const int MaxDepth = 20;
    private const long MaxFileBytes = 4 << 20;

    /// <summary>The definition as JSON.</summary>
    /// <exception cref="DynamoBackupException">There is no such file, or the value is not one definition.</exception>
    public static string From(PSCmdlet cmdlet, object definition)
    {
        var value = Unwrap(definition);
        return value switch
        {
            FileInfo file => Read(file.FullName),
            string text when text.TrimStart().StartsWith('{') => text,
            string path => Read(LocationResolver.ToFileSystemPath(cmdlet, path)),
            _ => (Convert(value, 0) as JsonObject ?? throw Invalid("is not one table's definition", null)).ToJsonString(),
        };
    }

    private static string Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes ? File.ReadAllText(path) : throw Invalid($"'{path}' is too large for a table's definition", null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"'{path}' cannot be read ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private static JsonNode? Convert(object? value, int depth)
    {
        if (depth > MaxDepth)
            throw Invalid("is nested more deeply than a table's definition is", null);
        value = Unwrap(value);
        return value switch
        {
            null or DateTime or DateTimeOffset => null,
            string or char or Enum or Guid or Uri => JsonValue.Create(value.ToString()),
            bool truth => JsonValue.Create(truth),
            _ when IsNumber(value) => JsonSerializer.SerializeToNode(value),
            IDictionary table => Object(table.Keys.Cast<object>().Select(key => (key.ToString()!, table[key])), depth),
            IEnumerable list => List(list, depth),
            _ when TextOf(value) is { } text => JsonValue.Create(text),
            _ => Object(PropertiesOf(value), depth),
        };
    }

    /// <summary>The text that an object is no more than a name for, as the SDK's enumerations are: its one property, and what it calls itself; null where it is more.</summary>
    private static string? TextOf(object value) => PropertiesOf(value).Take(2).ToList() is [(_, string text)] && value.ToString() == text ? text : null;

    private static JsonObject? Object(IEnumerable<(string Name, object? Value)> members, int depth)
    {
        var json = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (Convert(value, depth + 1) is { } node)
                json[name] = node;
        }

        return json.Count > 0 || depth == 0 ? json : null;
    }

    private static JsonArray? List(IEnumerable values, int depth)
    {
        var json = new JsonArray();
        foreach (var value in values)
        {
            if (Convert(value, depth + 1) is { } node)
                json.Add(node);
        }

        return json.Count > 0 ? json : null;
    }

    private static IEnumerable<(string Name, object? Value)> PropertiesOf(object value)
    {
        foreach (var property in PSObject.AsPSObject(value).Properties)
        {
            if (property.MemberType is PSMemberTypes.Property or PSMemberTypes.NoteProperty && property.IsGettable)
                yield return (property.Name, ValueOf(property));
        }
    }

    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException exception)
        {
            throw Invalid($"has a property {property.Name} that cannot be read ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static bool IsNumber(object value) => Type.GetTypeCode(value.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal;

    private static DynamoBackupException Invalid(string why, Exception? cause) => new(
        BackupErrorCode.InvalidArgument,
        $"-TableDefinition {why}. Give the path of a file that 'aws dynamodb describe-table' wrote, or an object of that shape (Get-DDBTable, ConvertFrom-Json, a hashtable).",
        null, cause);
}
