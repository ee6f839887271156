using System.Xml.Linq;
using DynamoBackup.HelpWriter.Pages;

namespace DynamoBackup.HelpWriter.Maml;

/// <summary>The XML vocabulary of PowerShell's help, and its text elements.</summary>
internal static class MamlNames
{
    /// <summary>Namespace of the file's root.</summary>
    public static readonly XNamespace Help = "http://msh";

    /// <summary>Namespace of commands and parameters.</summary>
    public static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    /// <summary>Namespace of names and text.</summary>
    public static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";

    /// <summary>Namespace of types, code and remarks.</summary>
    public static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>
    /// Prose as paragraphs. PowerShell shows list elements in few places and drops them without a word elsewhere; so a list is one paragraph
    /// with a line for each item, which it shows everywhere.
    /// </summary>
    public static IEnumerable<XElement> Paragraphs(IEnumerable<ProseBlock> prose)
    {
        var paragraphs = new List<string>();
        var inList = false;
        foreach (var block in prose)
        {
            var isItem = block.Kind == ProseKind.ListItem;
            var text = isItem ? $"{new string(' ', 2 * block.Level)}{block.Marker} {block.Text}" : block.Text;
            if (isItem && inList)
                paragraphs[^1] += "\n" + text;
            else
                paragraphs.Add(text);
            inList = isItem;
        }

        return paragraphs.Select(text => new XElement(Text + "para", text));
    }

    /// <summary>A type's element.</summary>
    public static XElement Type(string name) => new(Dev + "type", new XElement(Text + "name", name), new XElement(Text + "uri"));
}
