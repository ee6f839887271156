using System.Text;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Spells an item out, independently of the module's own canonical form: equal texts mean equal items.</summary>
internal static class ItemText
{
    public static string Of(Dictionary<string, AttributeValue> item)
    {
        var text = new StringBuilder();
        AppendMap(text, item);
        return text.ToString();
    }

    private static void AppendMap(StringBuilder text, Dictionary<string, AttributeValue> map)
    {
        text.Append('{');
        foreach (var (name, value) in map.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            AppendQuoted(text, name);
            text.Append(':');
            Append(text, value);
        }

        text.Append('}');
    }

    private static void Append(StringBuilder text, AttributeValue value)
    {
        if (value.S is not null) AppendQuoted(text.Append('S'), value.S);
        else if (value.N is not null) text.Append('N').Append(value.N).Append(';');
        else if (value.B is not null) text.Append('B').Append(Base64(value.B)).Append(';');
        else if (value.BOOL is not null) text.Append(value.BOOL.Value ? "true;" : "false;");
        else if (value.NULL is true) text.Append("null;");
        else if (value.SS is not null) AppendSet(text.Append("SS"), value.SS);
        else if (value.NS is not null) AppendSet(text.Append("NS"), value.NS);
        else if (value.BS is not null) AppendSet(text.Append("BS"), value.BS.Select(Base64));
        else if (value.M is not null) AppendMap(text, value.M);
        else if (value.L is not null) AppendList(text, value.L);
        else throw new ArgumentException("A value without a type.", nameof(value));
    }

    private static void AppendList(StringBuilder text, List<AttributeValue> list)
    {
        text.Append('[');
        foreach (var value in list) Append(text, value);
        text.Append(']');
    }

    private static void AppendSet(StringBuilder text, IEnumerable<string> members)
    {
        text.Append('(');
        foreach (var member in members.Order(StringComparer.Ordinal)) AppendQuoted(text, member);
        text.Append(')');
    }

    /// <summary>With its length in front, so that no text can look like the end of another.</summary>
    private static void AppendQuoted(StringBuilder text, string value) => text.Append(value.Length).Append('"').Append(value);

    private static string Base64(MemoryStream bytes) => Convert.ToBase64String(bytes.ToArray());
}
