namespace DynamoBackup.HelpWriter.Pages;

/// <summary>What a piece of prose is, as far as plain text can show it.</summary>
internal enum ProseKind
{
    /// <summary>Running text, which may be wrapped.</summary>
    Paragraph,

    /// <summary>One item of a list.</summary>
    ListItem,

    /// <summary>Lines to be kept as they are.</summary>
    Code,
}

/// <summary>A paragraph, list item or code block as plain text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Its line in the source, from 1.</param>
/// <param name="Text">The text without mark-up; several lines for code and where a paragraph breaks on purpose.</param>
/// <param name="Marker">What stands before a list item, such as <c>-</c> or <c>1.</c></param>
/// <param name="Level">How deep a list item is nested, from 0.</param>
internal sealed record ProseBlock(ProseKind Kind, int Line, string Text, string Marker = "", int Level = 0);
