using DynamoBackup.HelpWriter.Problems;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>A Markdown file as a title with sections; its first heading must be its name.</summary>
internal sealed class MarkdownPage
{
    private const int DeepestHeading = 3;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().Build();
    private readonly HelpProblems _problems;
    private readonly InlineText _inlines;

    private MarkdownPage(string file, HelpProblems problems)
    {
        File = file;
        _problems = problems;
        _inlines = new InlineText(file, problems);
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The title and all below it.</summary>
    public Section Title { get; private set; } = new("", 1, [], []);

    /// <summary>Reads a file; null where its title is not its name, after noting that as a problem.</summary>
    public static MarkdownPage? Read(string file, HelpProblems problems)
    {
        var page = new MarkdownPage(file, problems);
        var document = Markdown.Parse(System.IO.File.ReadAllText(file), Pipeline);
        page.CheckLinks(document);
        var name = Path.GetFileNameWithoutExtension(file);
        if (document.FirstOrDefault() is HeadingBlock { Level: 1 } heading && page._inlines.Of(heading.Inline) == name)
        {
            page.Title = page.ReadSection(heading, document.Skip(1));
            return page;
        }

        problems.Add(file, 1, HelpCode.TitleWrong, $"the file must begin with the heading '# {name}'.");
        return null;
    }

    private Section ReadSection(HeadingBlock heading, IEnumerable<Block> blocks)
    {
        var own = new List<Block>();
        var below = new List<(HeadingBlock Heading, List<Block> Blocks)>();
        foreach (var block in blocks)
        {
            if (block is HeadingBlock next && next.Level <= Math.Min(heading.Level + 1, DeepestHeading))
            {
                if (next.Level == 1)
                    _problems.Add(File, next.Line + 1, HelpCode.HeadingUnexpected, "a page has one '#' heading, its title.");
                below.Add((next, []));
            }
            else
            {
                (below.Count > 0 ? below[^1].Blocks : own).Add(block);
            }
        }

        var sections = below.Select(section => ReadSection(section.Heading, section.Blocks));
        return new Section(_inlines.Of(heading.Inline), heading.Line + 1, own, [.. sections]);
    }

    private void CheckLinks(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().Where(InlineText.IsLocal))
        {
            if (!System.IO.File.Exists(Path.Combine(Path.GetDirectoryName(File)!, link.Url!)))
                _problems.Add(File, link.Line + 1, HelpCode.LinkBroken, $"the link leads to {link.Url}, which does not exist.");
        }
    }
}
