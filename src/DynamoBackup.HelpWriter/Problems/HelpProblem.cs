using System.Globalization;

namespace DynamoBackup.HelpWriter.Problems;

/// <summary>One thing that is wrong with the help's sources.</summary>
/// <param name="File">The source file; the tool's name where no file is concerned.</param>
/// <param name="Line">The line, from 1; 0 where no line is concerned.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Message">What is wrong in words, and what to do.</param>
internal sealed record HelpProblem(string File, int Line, HelpCode Code, string Message)
{
    /// <summary>The problem in the form that MSBuild and editors recognise as an error at a place.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{File}{(Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"({Line})") : " ")}: error HELP{(int)Code:000}: {Message}");
}
