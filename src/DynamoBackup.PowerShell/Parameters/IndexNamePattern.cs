using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Turns what was typed for an index into a pattern. Names are case-sensitive, as in DynamoDB.</summary>
internal static class IndexNamePattern
{
    /// <summary>A name or a wildcard over names.</summary>
    public static IndexPattern Of(string text)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(text))
            return new IndexPattern(text, IsWildcard: false, name => name == text);
        var wildcard = WildcardPattern.Get(text, WildcardOptions.CultureInvariant);
        return new IndexPattern(text, IsWildcard: true, wildcard.IsMatch);
    }
}
