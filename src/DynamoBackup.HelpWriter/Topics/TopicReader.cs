using DynamoBackup.HelpWriter.Pages;
using DynamoBackup.HelpWriter.Problems;

namespace DynamoBackup.HelpWriter.Topics;

/// <summary>Turns an <c>about_</c> page into the plain text that Get-Help shows as it is.</summary>
internal sealed class TopicReader
{
    private const string Short = "SHORT DESCRIPTION";
    private const string Long = "LONG DESCRIPTION";
    private const string Indent = "    ";
    private const string SubheadingIndent = "  ";

    private readonly string _file;
    private readonly HelpProblems _problems;
    private readonly ProseReader _prose;
    private readonly List<string> _lines = [];

    private TopicReader(string file, HelpProblems problems)
    {
        _file = file;
        _problems = problems;
        _prose = new ProseReader(file, problems);
    }

    /// <summary>The topic's text, with LF line ends; what is wrong is noted.</summary>
    public static string Read(string file, HelpProblems problems)
    {
        var reader = new TopicReader(file, problems);
        if (MarkdownPage.Read(file, problems) is { } page)
            reader.Write(page.Title);
        return string.Concat(reader._lines.Select(line => line + "\n"));
    }

    private void Write(Section title)
    {
        if (title.Sections is not [{ Heading: Short, Blocks.Count: > 0, Sections.Count: 0 }, { Heading: Long }, ..] || title.Blocks.Count > 0)
        {
            _problems.Add(_file, title.Line, HelpCode.SectionMissing, $"a topic begins with '## {Short}' and '## {Long}', right below its title.");
            return;
        }

        _lines.AddRange(["TOPIC", Indent + title.Heading]);
        foreach (var section in title.Sections)
        {
            _lines.AddRange(["", section.Heading]);
            WriteProse(_prose.Read(section.Blocks));
            foreach (var part in section.Sections)
            {
                _lines.AddRange(["", SubheadingIndent + part.Heading]);
                WriteProse(_prose.Read(part.Blocks));
            }
        }
    }

    private void WriteProse(IReadOnlyList<ProseBlock> prose)
    {
        foreach (var (index, block) in prose.Index())
        {
            var isNextItem = index > 0 && block.Kind == ProseKind.ListItem && prose[index - 1].Kind == ProseKind.ListItem;
            if (index > 0 && !isNextItem)
                _lines.Add("");
            foreach (var line in Lines(block))
            {
                _lines.Add(line);
                if (line.Length > HelpWidth.Screen)
                    _problems.Add(_file, block.Line, HelpCode.LineTooLong, $"over {HelpWidth.Screen} characters, indent included: '{line.Trim()}'");
            }
        }
    }

    private static IEnumerable<string> Lines(ProseBlock block)
    {
        switch (block.Kind)
        {
            case ProseKind.Code:
                return block.Text.Split('\n').Select(line => (Indent + Indent + line).TrimEnd());
            case ProseKind.ListItem:
                var first = $"{Indent}{new string(' ', 2 * block.Level)}{block.Marker} ";
                return LineWrap.Wrap(block.Text, HelpWidth.Screen, first, new string(' ', first.Length));
            default:
                return LineWrap.Wrap(block.Text, HelpWidth.Screen, Indent, Indent);
        }
    }
}
