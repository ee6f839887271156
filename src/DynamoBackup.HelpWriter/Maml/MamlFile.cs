using System.Text;
using System.Xml;
using System.Xml.Linq;
using DynamoBackup.HelpWriter.Metadata;
using DynamoBackup.HelpWriter.Pages;

namespace DynamoBackup.HelpWriter.Maml;

/// <summary>Writes the help file that PowerShell looks for: <c>en-US/&lt;assembly&gt;.dll-Help.xml</c>.</summary>
internal static class MamlFile
{
    /// <summary>Writes one file with the help of all cmdlets.</summary>
    public static void Write(string file, IEnumerable<(CmdletMetadata Cmdlet, CommandPage Page)> pages)
    {
        var root = new XElement(
            MamlNames.Help + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "command", MamlNames.Command),
            new XAttribute(XNamespace.Xmlns + "maml", MamlNames.Text),
            new XAttribute(XNamespace.Xmlns + "dev", MamlNames.Dev),
            pages.Select(page => MamlCommand.Create(page.Cmdlet, page.Page)));
        using var stream = File.Create(file);
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using (var writer = XmlWriter.Create(stream, settings))
            root.Save(writer);
        stream.WriteByte((byte)'\n');
    }
}
