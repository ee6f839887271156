namespace DynamoBackup.HelpWriter.Pages;

/// <summary>How wide help may be, so that a terminal of the usual width neither breaks topics nor the examples that users copy.</summary>
internal static class HelpWidth
{
    /// <summary>The most characters of a line on the screen.</summary>
    public const int Screen = 80;

    /// <summary>The most characters of an example's line: Get-Help indents examples.</summary>
    public const int Example = Screen - 4;
}
