namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>A type that a cmdlet declares to return.</summary>
/// <param name="TypeName">The full name.</param>
/// <param name="Properties">Names of the public properties; empty for types of .NET itself.</param>
internal sealed record OutputMetadata(string TypeName, IReadOnlyList<string> Properties);
