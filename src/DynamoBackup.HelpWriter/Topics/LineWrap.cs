using System.Text;

namespace DynamoBackup.HelpWriter.Topics;

/// <summary>Wraps text at blanks to a width.</summary>
internal static class LineWrap
{
    /// <summary>The text as lines. A word that is longer than the width gets a line of its own.</summary>
    /// <param name="text">The text; its own line breaks stay.</param>
    /// <param name="width">The most characters a line may have, indents included.</param>
    /// <param name="first">What the first line begins with.</param>
    /// <param name="rest">What the other lines begin with.</param>
    public static IEnumerable<string> Wrap(string text, int width, string first, string rest)
    {
        var indent = first;
        foreach (var paragraph in text.Split('\n'))
        {
            var line = new StringBuilder(indent);
            var isEmpty = true;
            foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!isEmpty && line.Length + 1 + word.Length > width)
                {
                    yield return line.ToString();
                    line.Clear().Append(rest);
                    isEmpty = true;
                }

                line.Append(isEmpty ? "" : " ").Append(word);
                isEmpty = false;
            }

            yield return line.ToString().TrimEnd();
            indent = rest;
        }
    }
}
