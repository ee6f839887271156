using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>The word under the cursor, perhaps begun with a quote, and what it may become.</summary>
internal sealed partial class TypedWord
{
    private readonly char? _quote;
    private readonly WildcardPattern _pattern;

    /// <param name="word">The word as typed.</param>
    public TypedWord(string? word)
    {
        var text = word ?? "";
        if (text is ['\'' or '"', ..])
        {
            _quote = text[0];
            text = text.Trim(text[0]);
        }

        _pattern = WildcardPattern.Get(text + "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
    }

    /// <summary>Whether the word may be the beginning of an offer. What a hostile name would do to a terminal is not offered at all.</summary>
    public bool Fits(Offer offer) => offer.Text.Length > 0 && !offer.Text.Any(char.IsControl) && _pattern.IsMatch(offer.Text);

    /// <summary>The offer as text for the command line, which PowerShell must read as this very word and never as code.</summary>
    public CompletionResult Complete(Offer offer)
    {
        var toolTip = string.Concat(offer.ToolTip.Where(character => !char.IsControl(character)));
        return new CompletionResult(Quoted(offer.Text), offer.Text, CompletionResultType.ParameterValue, toolTip.Length > 0 ? toolTip : offer.Text);
    }

    private string Quoted(string text)
    {
        if (_quote is null && Bare().IsMatch(text))
            return text;
        return _quote == '"' && Bare().IsMatch(text) ? $"\"{text}\"" : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
