using System.Globalization;
using DynamoBackup.HelpWriter.Problems;
using Markdig.Syntax;

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>Turns Markdown blocks into plain text. What plain text cannot show is a problem, never dropped.</summary>
internal sealed class ProseReader(string file, HelpProblems problems)
{
    private readonly InlineText _inlines = new(file, problems);

    /// <summary>The blocks as prose.</summary>
    public IReadOnlyList<ProseBlock> Read(IEnumerable<Block> blocks)
    {
        var prose = new List<ProseBlock>();
        foreach (var block in blocks)
            Read(block, prose);
        return prose;
    }

    private void Read(Block block, List<ProseBlock> prose)
    {
        switch (block)
        {
            case ParagraphBlock paragraph:
                prose.Add(new ProseBlock(ProseKind.Paragraph, Line(paragraph), _inlines.Of(paragraph.Inline)));
                break;
            case CodeBlock code:
                prose.Add(new ProseBlock(ProseKind.Code, Line(code), code.Lines.ToString().ReplaceLineEndings("\n")));
                break;
            case ListBlock list:
                ReadList(list, 0, prose);
                break;
            default:
                Refuse(block);
                break;
        }
    }

    private void ReadList(ListBlock list, int level, List<ProseBlock> prose)
    {
        foreach (var item in list.Cast<ListItemBlock>())
        {
            var marker = list.IsOrdered ? item.Order.ToString(CultureInfo.InvariantCulture) + "." : "-";
            foreach (var (index, block) in item.Index())
            {
                if (index == 0 && block is ParagraphBlock paragraph)
                    prose.Add(new ProseBlock(ProseKind.ListItem, Line(item), _inlines.Of(paragraph.Inline), marker, level));
                else if (index > 0 && block is ListBlock nested)
                    ReadList(nested, level + 1, prose);
                else
                    Refuse(block);
            }
        }
    }

    private void Refuse(Block block) => problems.Add(
        file,
        Line(block),
        HelpCode.MarkdownUnsupported,
        "plain-text help shows paragraphs, code blocks and lists of one paragraph an item, and nothing else.");

    private static int Line(Block block) => block.Line + 1;
}
