namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>The code blocks of a help topic's source, each with the heading that it stands below.</summary>
internal static class TopicSource
{
    /// <summary>One block.</summary>
    public sealed record Block(string Heading, string Language, string Code);

    /// <summary>The names of all topics.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "about_*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(BuiltModule.Root, "docs", "en-US");

    /// <summary>All blocks of a topic, in their order.</summary>
    public static IReadOnlyList<Block> Blocks(string topic)
    {
        var blocks = new List<Block>();
        var (heading, language, code) = ("", (string?)null, new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(Folder, topic + ".md")))
        {
            if (language is not null && line == "```")
            {
                blocks.Add(new Block(heading, language, string.Join('\n', code)));
                language = null;
                code.Clear();
            }
            else if (language is not null)
            {
                code.Add(line);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                language = line[3..];
            }
            else if (line.StartsWith('#'))
            {
                heading = line.TrimStart('#').Trim();
            }
        }

        return blocks;
    }

    /// <summary>The first block of a language below a heading.</summary>
    public static string Code(string topic, string heading, string language = "powershell") =>
        Blocks(topic).First(block => block.Heading == heading && block.Language == language).Code;
}
