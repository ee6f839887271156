namespace DynamoBackup.Bench.Report;

/// <summary>A figure that the project has promised itself.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Figure">What this run gave; null where a row that it needs was not run.</param>
/// <param name="Wanted">The bound.</param>
/// <param name="Unit">Behind both numbers.</param>
/// <param name="AtMost">Whether the bound is an upper one.</param>
internal sealed record Target(string Name, double? Figure, double Wanted, string Unit, bool AtMost)
{
    public bool? Met => Figure is null ? null : AtMost ? Figure <= Wanted : Figure >= Wanted;

    public string Verdict => Met switch
    {
        true => "met",
        false => "NOT MET",
        null => "not run",
    };

    public string FigureText => Figure is { } figure ? $"{Figures.Of(figure)} {Unit}" : "-";

    public string WantedText => $"{(AtMost ? "at most" : "at least")} {Figures.Of(Wanted)} {Unit}";

    public override string ToString() => $"{Verdict,-8} {Name,-66} {FigureText,14}   {WantedText}";
}
