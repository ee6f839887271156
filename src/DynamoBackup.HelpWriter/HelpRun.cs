using DynamoBackup.HelpWriter.Checks;
using DynamoBackup.HelpWriter.Maml;
using DynamoBackup.HelpWriter.Metadata;
using DynamoBackup.HelpWriter.Pages;
using DynamoBackup.HelpWriter.Problems;
using DynamoBackup.HelpWriter.Topics;

namespace DynamoBackup.HelpWriter;

/// <summary>
/// The whole story: the cmdlets' metadata and the prose are read, held against each other, and written as help only when nothing is wrong.
/// </summary>
internal static class HelpRun
{
    private const string TopicPrefix = "about_";
    private const string TopicEnding = ".help.txt";

    /// <summary>Reads, checks and writes; what is wrong goes to <paramref name="problems"/>, and then nothing is written.</summary>
    public static void Run(string cmdletFile, string docsFolder, string outputFolder, IEnumerable<string> references, HelpProblems problems)
    {
        var cmdlets = CmdletMetadataReader.Read(cmdletFile, references);
        var files = Directory.GetFiles(docsFolder, "*.md").Order(StringComparer.Ordinal).ToList();
        var topics = files.Where(IsTopic).ToDictionary(TopicName, file => TopicReader.Read(file, problems), StringComparer.Ordinal);
        var pages = PairPages(cmdlets, files.Where(file => !IsTopic(file)), docsFolder, problems);
        foreach (var (cmdlet, page) in pages)
            CommandPageCheck.Run(cmdlet, page, problems);
        if (problems.Any)
            return;

        Directory.CreateDirectory(outputFolder);
        MamlFile.Write(Path.Combine(outputFolder, Path.GetFileName(cmdletFile) + "-Help.xml"), pages);
        foreach (var (name, text) in topics)
            File.WriteAllText(Path.Combine(outputFolder, name), text);
        foreach (var written in Directory.GetFiles(outputFolder, TopicPrefix + "*" + TopicEnding))
        {
            // What an earlier build wrote from a page that is gone.
            if (!topics.ContainsKey(Path.GetFileName(written)))
                File.Delete(written);
        }
    }

    private static string TopicName(string file) => Path.GetFileNameWithoutExtension(file) + TopicEnding;

    private static bool IsTopic(string file) => Path.GetFileName(file).StartsWith(TopicPrefix, StringComparison.Ordinal);

    private static List<(CmdletMetadata Cmdlet, CommandPage Page)> PairPages(
        IReadOnlyList<CmdletMetadata> cmdlets, IEnumerable<string> files, string docsFolder, HelpProblems problems)
    {
        var byName = files.ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.Ordinal);
        var pages = new List<(CmdletMetadata, CommandPage)>();
        foreach (var cmdlet in cmdlets)
        {
            var expected = Path.Combine(docsFolder, cmdlet.Name + ".md");
            if (!byName.Remove(cmdlet.Name, out var file))
                problems.Add(expected, 1, HelpCode.PageMissing, $"the cmdlet {cmdlet.Name} has no page: write this file.");
            else if (CommandPageReader.Read(file, problems) is { } page)
                pages.Add((cmdlet, page));
        }

        foreach (var (name, file) in byName)
            problems.Add(file, 1, HelpCode.PageWithoutCmdlet, $"there is no cmdlet {name}: rename or delete this file.");
        return pages;
    }
}
