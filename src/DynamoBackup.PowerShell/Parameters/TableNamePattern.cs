using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>A table's name or ARN, or a wildcard over names, as typed.</summary>
internal sealed class TableNamePattern(string text)
{
    private readonly WildcardPattern? _wildcard =
        WildcardPattern.ContainsWildcardCharacters(text) ? WildcardPattern.Get(text, WildcardOptions.CultureInvariant) : null;

    /// <summary>The text as typed.</summary>
    public string Text { get; } = text;

    /// <summary>True where the text is a pattern, so that no match is not an error.</summary>
    public bool IsWildcard => _wildcard is not null;

    /// <summary>Tells whether a table is meant. Names are case-sensitive, as in DynamoDB.</summary>
    public bool Matches(string tableName, string tableArn) =>
        _wildcard?.IsMatch(tableName) ?? (Text == tableName || Text == tableArn);
}
