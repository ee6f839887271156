using System.Text.RegularExpressions;
using DynamoBackup.HelpWriter.Metadata;
using DynamoBackup.HelpWriter.Pages;
using DynamoBackup.HelpWriter.Problems;

namespace DynamoBackup.HelpWriter.Checks;

/// <summary>Holds a page against the cmdlet's code, so that help cannot fall behind it.</summary>
internal sealed class CommandPageCheck
{
    private const int FewestExamples = 2;
    private static readonly string[] CommonSwitches = ["WhatIf", "Confirm"];
    private readonly CmdletMetadata _cmdlet;
    private readonly CommandPage _page;
    private readonly HelpProblems _problems;

    private CommandPageCheck(CmdletMetadata cmdlet, CommandPage page, HelpProblems problems)
    {
        _cmdlet = cmdlet;
        _page = page;
        _problems = problems;
    }

    /// <summary>Notes everything in which page and cmdlet differ.</summary>
    public static void Run(CmdletMetadata cmdlet, CommandPage page, HelpProblems problems)
    {
        var check = new CommandPageCheck(cmdlet, page, problems);
        if (page.Examples.Count < FewestExamples)
            check.Add(page.ExamplesLine, HelpCode.ExamplesTooFew, $"{page.Examples.Count} examples: give at least {FewestExamples}.");
        check.CheckParameters();
        check.CheckTypes("INPUTS", page.InputsLine, page.Inputs, cmdlet.InputTypes);
        check.CheckTypes("OUTPUTS", page.OutputsLine, page.Outputs, cmdlet.Outputs.Select(output => output.TypeName));
        foreach (var output in cmdlet.Outputs.Where(output => output.Properties.Count > 0))
            check.CheckProperties(output);
    }

    private void CheckParameters()
    {
        foreach (var parameter in _cmdlet.Parameters)
        {
            var entry = _page.Parameters.FirstOrDefault(entry => entry.Name == parameter.Name);
            if (entry is { Text.Count: > 0 })
                CheckValues(parameter, entry);
            else if (entry is not null || !CommonSwitches.Contains(parameter.Name))
                Undocumented(parameter, entry?.Line ?? _page.ParametersLine);
        }

        foreach (var entry in _page.Parameters.Where(entry => _cmdlet.Parameters.All(parameter => parameter.Name != entry.Name)))
            Add(entry.Line, HelpCode.ParameterUnknown, $"{_cmdlet.Name} has no parameter -{entry.Name}.");
    }

    private void Undocumented(ParameterMetadata parameter, int line) => Add(
        line, HelpCode.ParameterUndocumented, $"-{parameter.Name} is not documented: give it a heading '### -{parameter.Name}' and a text.");

    private void CheckValues(ParameterMetadata parameter, PageEntry entry)
    {
        var text = string.Join('\n', entry.Text.Select(block => block.Text));
        foreach (var value in parameter.EnumValues.Where(value => !Regex.IsMatch(text, $@"\b{Regex.Escape(value)}\b", RegexOptions.CultureInvariant)))
            Add(entry.Line, HelpCode.ValueUndocumented, $"the text of -{parameter.Name} does not explain its value {value}.");
    }

    private void CheckTypes(string section, int line, IReadOnlyList<PageEntry> entries, IEnumerable<string> declared)
    {
        var expected = declared.ToList();
        foreach (var missing in expected.Where(type => entries.All(entry => entry.Name != type)))
            Add(line, HelpCode.TypeListWrong, $"{section} lacks '### {missing}'.");
        foreach (var extra in entries.Where(entry => !expected.Contains(entry.Name)))
            Add(extra.Line, HelpCode.TypeListWrong, $"{extra.Name} is not among the types that the code declares: {string.Join(", ", expected)}.");
        foreach (var empty in entries.Where(entry => entry.Text.Count == 0))
            Add(empty.Line, HelpCode.TypeListWrong, $"{section} says nothing about {empty.Name}.");
    }

    private void CheckProperties(OutputMetadata output)
    {
        if (_page.Outputs.FirstOrDefault(entry => entry.Name == output.TypeName) is not { } entry)
            return;
        var listed = entry.Text
            .Where(block => block is { Kind: ProseKind.ListItem, Level: 0 })
            .Select(block => (Name: FirstWord(block.Text), block.Line))
            .ToList();
        foreach (var missing in output.Properties.Where(property => listed.TrueForAll(item => item.Name != property)))
            Add(entry.Line, HelpCode.PropertyListWrong, $"the list of properties of {output.TypeName} lacks {missing}.");
        foreach (var extra in listed.Where(item => !output.Properties.Contains(item.Name)))
            Add(extra.Line, HelpCode.PropertyListWrong, $"{output.TypeName} has no property {extra.Name}.");
    }

    private void Add(int line, HelpCode code, string message) => _problems.Add(_page.File, line, code, message);

    private static string FirstWord(string text) => text.Split(' ', ':', ',', '(')[0];
}
