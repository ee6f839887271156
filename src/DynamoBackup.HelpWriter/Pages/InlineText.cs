using System.Text;
using DynamoBackup.HelpWriter.Problems;
using Markdig.Syntax.Inlines;

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>Turns Markdown's running text into plain text: marks of emphasis and code go, the address of a link stays.</summary>
internal sealed class InlineText(string file, HelpProblems problems)
{
    private const string Unsupported =
        "plain-text help cannot show this: put <names> and the like between backticks, and leave HTML and images out.";

    /// <summary>True for a link to another help page rather than to the web.</summary>
    public static bool IsLocal(LinkInline link) => link.Url is { Length: > 0 } url && !url.Contains("://", StringComparison.Ordinal);

    /// <summary>The plain text.</summary>
    public string Of(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? [])
            Append(text, inline);
        return text.ToString();
    }

    private void Append(StringBuilder text, Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
            case CodeInline code: text.Append(code.Content); break;
            case HtmlEntityInline entity: text.Append(entity.Transcoded.AsSpan()); break;
            case LineBreakInline lineBreak: text.Append(lineBreak.IsHard ? '\n' : ' '); break;
            case AutolinkInline link: text.Append(link.Url); break;
            case LinkInline { IsImage: false } link: AppendLink(text, link); break;
            case EmphasisInline emphasis: text.Append(Of(emphasis)); break;
            default:
                problems.Add(file, inline.Line + 1, HelpCode.MarkdownUnsupported, Unsupported);
                break;
        }
    }

    private void AppendLink(StringBuilder text, LinkInline link)
    {
        text.Append(Of(link));
        if (!IsLocal(link))
            text.Append(" (").Append(link.Url).Append(')');
    }
}
