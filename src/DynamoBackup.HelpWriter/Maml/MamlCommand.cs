using System.Xml.Linq;
using DynamoBackup.HelpWriter.Metadata;
using DynamoBackup.HelpWriter.Pages;
using static DynamoBackup.HelpWriter.Maml.MamlNames;

namespace DynamoBackup.HelpWriter.Maml;

/// <summary>One cmdlet's help, in the order that the schema asks for.</summary>
internal static class MamlCommand
{
    /// <summary>Puts the code's facts and the page's prose together.</summary>
    public static XElement Create(CmdletMetadata cmdlet, CommandPage page) => new(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            new XElement(Text + "description", Paragraphs(page.Synopsis))),
        new XElement(Text + "description", Paragraphs(page.Description)),
        new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => Syntax(cmdlet, page, set))),
        new XElement(
            Command + "parameters",
            cmdlet.Parameters
                .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                .Select(parameter => MamlParameter.Create(parameter, null, page))),
        new XElement(Command + "inputTypes", page.Inputs.Select(entry => TypeText("inputType", entry))),
        new XElement(Command + "returnValues", page.Outputs.Select(entry => TypeText("returnValue", entry))),
        new XElement(Text + "alertSet", new XElement(Text + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select(ExampleElement)),
        new XElement(Command + "relatedLinks", page.Links.Select(LinkElement)));

    private static XElement Syntax(CmdletMetadata cmdlet, CommandPage page, string setName) => new(
        Command + "syntaxItem",
        new XElement(Text + "name", cmdlet.Name),
        cmdlet.Parameters
            .Select(parameter => (Parameter: parameter, Entry: parameter.In(setName)))
            .Where(part => part.Entry is not null)
            .OrderBy(part => part.Entry!.Position ?? int.MaxValue)
            .ThenBy(part => part.Entry!.IsMandatory ? 0 : 1)
            .Select(part => MamlParameter.Create(part.Parameter, part.Entry, page)));

    private static XElement TypeText(string element, PageEntry entry) =>
        new(Command + element, MamlNames.Type(entry.Name), new XElement(Text + "description", Paragraphs(entry.Text)));

    private static XElement ExampleElement(Example example)
    {
        var dashes = new string('-', Math.Max(3, (HelpWidth.Example - example.Title.Length - 2) / 2));
        return new XElement(
            Command + "example",
            new XElement(Text + "title", $"{dashes} {example.Title} {dashes}"),
            new XElement(Dev + "code", example.Code),
            // PowerShell puts nothing between one example and the next: the empty paragraph is the blank line.
            new XElement(Dev + "remarks", Paragraphs(example.Remarks), new XElement(Text + "para")));
    }

    private static XElement LinkElement(RelatedLink link) =>
        new(Text + "navigationLink", new XElement(Text + "linkText", link.Text), new XElement(Text + "uri", link.Uri));
}
