namespace DynamoBackup.HelpWriter.Problems;

/// <summary>Collects all that is wrong, so that one build tells everything.</summary>
internal sealed class HelpProblems
{
    private readonly List<HelpProblem> _problems = [];

    /// <summary>True where something is wrong.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>Notes a problem.</summary>
    public void Add(string file, int line, HelpCode code, string message) => _problems.Add(new HelpProblem(file, line, code, message));

    /// <summary>The problems, by file and line; what is wrong twice in a line is told once.</summary>
    public IEnumerable<HelpProblem> InFileOrder() =>
        _problems.Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line);
}
