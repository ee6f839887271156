namespace DynamoBackup.HelpWriter.Pages;

/// <summary>A cmdlet's example.</summary>
/// <param name="Title">The title.</param>
/// <param name="Code">The commands.</param>
/// <param name="Remarks">What they do.</param>
internal sealed record Example(string Title, string Code, IReadOnlyList<ProseBlock> Remarks);
