namespace DynamoBackup;

/// <summary>An index's name, or a wildcard over names, as typed.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsWildcard">True where the text is a pattern, so that no match is not an error.</param>
/// <param name="Matches">Tells whether an index of this name is meant.</param>
public sealed record IndexPattern(string Text, bool IsWildcard, Func<string, bool> Matches);
