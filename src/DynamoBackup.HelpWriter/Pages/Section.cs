using Markdig.Syntax;

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>A heading with what stands below it.</summary>
/// <param name="Heading">The heading's text.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Blocks">The blocks up to the next heading.</param>
/// <param name="Sections">The sections one level below.</param>
internal sealed record Section(string Heading, int Line, IReadOnlyList<Block> Blocks, IReadOnlyList<Section> Sections);
