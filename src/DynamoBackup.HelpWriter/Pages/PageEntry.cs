namespace DynamoBackup.HelpWriter.Pages;

/// <summary>The text about one thing that code declares: a parameter or a type.</summary>
/// <param name="Name">The parameter's name without its hyphen, or the type's full name.</param>
/// <param name="Line">The heading's line, from 1.</param>
/// <param name="Text">The text.</param>
/// <param name="DefaultValue">A parameter's default, where the page tells it.</param>
internal sealed record PageEntry(string Name, int Line, IReadOnlyList<ProseBlock> Text, string? DefaultValue = null);
