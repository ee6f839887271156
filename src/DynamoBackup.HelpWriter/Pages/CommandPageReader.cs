using DynamoBackup.HelpWriter.Problems;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>Reads a cmdlet's page. What is missing or out of place is noted; whether it fits the code is for others to say.</summary>
internal sealed class CommandPageReader
{
    private const string PowerShell = "powershell";

    private static readonly string[] SectionNames =
        ["SYNOPSIS", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private readonly MarkdownPage _page;
    private readonly HelpProblems _problems;
    private readonly ProseReader _prose;
    private readonly InlineText _inlines;

    private CommandPageReader(MarkdownPage page, HelpProblems problems)
    {
        _page = page;
        _problems = problems;
        _prose = new ProseReader(page.File, problems);
        _inlines = new InlineText(page.File, problems);
    }

    /// <summary>Reads a file; null where it is not a page at all.</summary>
    public static CommandPage? Read(string file, HelpProblems problems) =>
        MarkdownPage.Read(file, problems) is { } page ? new CommandPageReader(page, problems).Read() : null;

    private CommandPage Read()
    {
        foreach (var block in _page.Title.Blocks)
            Unexpected(block.Line + 1, "Text before the first section");
        foreach (var section in _page.Title.Sections.Where(section => !SectionNames.Contains(section.Heading)))
            Unexpected(section.Line, $"'{section.Heading}', which is none of {string.Join(", ", SectionNames)},");
        var (examples, parameters, inputs, outputs) = (Find("EXAMPLES"), Find("PARAMETERS"), Find("INPUTS"), Find("OUTPUTS"));
        return new CommandPage
        {
            File = _page.File,
            Synopsis = ReadProse("SYNOPSIS"),
            Description = ReadProse("DESCRIPTION"),
            Examples = [.. Entries(examples).Select(ReadExample).OfType<Example>()],
            ExamplesLine = examples.Line,
            Parameters = [.. Entries(parameters).Select(ReadParameter)],
            ParametersLine = parameters.Line,
            Inputs = [.. Entries(inputs).Select(ReadEntry)],
            InputsLine = inputs.Line,
            Outputs = [.. Entries(outputs).Select(ReadEntry)],
            OutputsLine = outputs.Line,
            Notes = ReadProse("NOTES"),
            Links = [.. FindBlocks("RELATED LINKS").SelectMany(ReadLinks)],
        };
    }

    private Section Find(string name)
    {
        var found = _page.Title.Sections.Where(section => section.Heading == name).ToList();
        foreach (var doubled in found.Skip(1))
            Unexpected(doubled.Line, $"A second '{name}'");
        if (found.Count == 0 || (found[0].Blocks.Count == 0 && found[0].Sections.Count == 0))
            Add(found.Count == 0 ? 1 : found[0].Line, HelpCode.SectionMissing, $"the section '## {name}' is missing or empty.");
        return found.FirstOrDefault() ?? new Section(name, 1, [], []);
    }

    private IReadOnlyList<Block> FindBlocks(string name)
    {
        var section = Find(name);
        foreach (var entry in section.Sections)
            Unexpected(entry.Line, $"'{entry.Heading}'");
        return section.Blocks;
    }

    private IReadOnlyList<ProseBlock> ReadProse(string name) => _prose.Read(FindBlocks(name));

    private IReadOnlyList<Section> Entries(Section section)
    {
        foreach (var block in section.Blocks)
            Unexpected(block.Line + 1, $"Text before the first '###' heading of '{section.Heading}'");
        foreach (var doubled in section.Sections.GroupBy(entry => entry.Heading, StringComparer.OrdinalIgnoreCase).SelectMany(same => same.Skip(1)))
            Unexpected(doubled.Line, $"A second '{doubled.Heading}'");
        return section.Sections;
    }

    private PageEntry ReadEntry(Section section) => new(section.Heading, section.Line, _prose.Read(section.Blocks));

    private PageEntry ReadParameter(Section section)
    {
        if (!section.Heading.StartsWith('-'))
            Unexpected(section.Line, $"'{section.Heading}' among parameters, whose headings are '### -Name',");
        var (yaml, text) = (section.Blocks.OfType<FencedCodeBlock>().Where(code => code.Info == "yaml").ToList(), section.Blocks.ToList());
        foreach (var code in yaml)
            text.Remove(code);
        return new PageEntry(section.Heading.TrimStart('-'), section.Line, _prose.Read(text), yaml.Select(ReadDefault).LastOrDefault());
    }

    // The one thing about a parameter that metadata does not tell; all else in platyPS's block would only repeat the code.
    private string? ReadDefault(FencedCodeBlock yaml)
    {
        const string Key = "Default value:";
        var text = yaml.Lines.ToString().Trim();
        if (text.StartsWith(Key, StringComparison.Ordinal) && !text.Contains('\n', StringComparison.Ordinal))
            return text[Key.Length..].Trim();
        Unexpected(yaml.Line + 1, $"A yaml block with anything but one line '{Key} ...'");
        return null;
    }

    private Example? ReadExample(Section section)
    {
        if (section.Blocks is not [FencedCodeBlock { Info: PowerShell } code, _, ..] || section.Blocks.Skip(1).Any(IsPowerShell))
        {
            Add(section.Line, HelpCode.ExampleMalformed, $"'{section.Heading}' must be one ```{PowerShell} block, followed by remarks.");
            return null;
        }

        var text = code.Lines.ToString().ReplaceLineEndings("\n");
        foreach (var (index, line) in text.Split('\n').Index().Where(numbered => numbered.Item.Length > HelpWidth.Example))
            Add(code.Line + 2 + index, HelpCode.LineTooLong, $"{line.Length} characters: an example's lines have {HelpWidth.Example} at most.");
        return new Example(section.Heading, text, _prose.Read(section.Blocks.Skip(1)));
    }

    private IEnumerable<RelatedLink> ReadLinks(Block block)
    {
        if (block is ParagraphBlock { Inline: { } inlines } && inlines.All(inline => inline is LinkInline or LineBreakInline))
            return inlines.OfType<LinkInline>().Select(link => new RelatedLink(_inlines.Of(link), InlineText.IsLocal(link) ? "" : link.Url ?? ""));
        Unexpected(block.Line + 1, "Text other than links");
        return [];
    }

    private void Unexpected(int line, string what) => Add(line, HelpCode.HeadingUnexpected, $"{what} does not belong here.");

    private void Add(int line, HelpCode code, string message) => _problems.Add(_page.File, line, code, message);

    private static bool IsPowerShell(Block block) => block is FencedCodeBlock { Info: PowerShell };
}
