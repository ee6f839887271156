using System.Text;
using DynamoBackup.Bench.Harness;
using DynamoBackup.Bench.Rows;

namespace DynamoBackup.Bench.Report;

/// <summary>The results as text for people: in the console, and as Markdown.</summary>
internal static class ResultTable
{
    private static readonly string[] Heads = ["row", "items a run", "items/s (min-max)", "CPU s/million", "B alloc/item", "peak MB", "wall s (min-max)", "process s"];

    public static string Progress(BenchRow row, RowRun run)
    {
        var cost = run.Cost;
        var phases = string.Concat(run.Phases.Select(static phase => $"  {phase.Key} {phase.Value * 1e3:0} ms"));
        var rates = row.Items == 0 ? "" : $"  {Figures.Of(run.ItemCount / cost.WallSeconds),10} items/s  {Figures.Of(cost.CpuSeconds * 1e6 / run.ItemCount),6} CPU s/M"
            + (cost.AllocatedBytes is { } allocated ? $"  {Figures.Of((double)allocated / run.ItemCount),6} B/item" : "");
        return $"{row.Name,-24} {row.Items,10:N0} items  {cost.WallSeconds,6:0.00} s{rates}  {cost.PeakWorkingSetBytes / 1e6,5:0} MB{phases}";
    }

    public static string Text(IReadOnlyList<RowResult> results, IReadOnlyList<Target> targets)
    {
        var text = new StringBuilder();
        foreach (var group in results.GroupBy(static result => result.Row.Group))
        {
            string[][] lines = [[group.Key, .. Heads[1..]], .. group.Select(Cells)];
            var widths = Enumerable.Range(0, Heads.Length).Select(column => lines.Max(line => line.Length == Heads.Length || column == 0 ? line[column].Length : 0)).ToList();
            foreach (var line in lines)
                text.AppendLine(string.Join("  ", line.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(line.Length == 2 ? 0 : widths[column]))).TrimEnd());
            text.AppendLine();
        }

        AppendPhases(text, results, "");
        foreach (var target in targets)
            text.AppendLine(target.ToString());
        return text.ToString();
    }

    public static string Markdown(Machine machine, IReadOnlyList<RowResult> results, IReadOnlyList<Target> targets)
    {
        var text = new StringBuilder($"{machine}\n\n");
        foreach (var group in results.GroupBy(static result => result.Row.Group))
        {
            text.Append($"| {group.Key} | {string.Join(" | ", Heads[1..])} |\n|---|{string.Concat(Enumerable.Repeat("--:|", Heads.Length - 1))}\n");
            foreach (var result in group)
            {
                var cells = Cells(result);
                text.Append($"| `{cells[0]}` | {string.Join(" | ", cells[1..].Concat(Enumerable.Repeat("", Heads.Length - cells.Length)))} |\n");
            }

            text.Append('\n');
        }

        AppendPhases(text, results, "- ");
        if (targets.Count > 0)
            text.Append("\n| | target | figure | wanted |\n|---|---|--:|--:|\n");
        foreach (var target in targets)
            text.Append($"| {target.Verdict} | {target.Name} | {target.FigureText} | {target.WantedText} |\n");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendPhases(StringBuilder text, IReadOnlyList<RowResult> results, string bullet)
    {
        foreach (var result in results)
        {
            foreach (var phase in result.Phases)
            {
                var seconds = result.Phase(phase)!;
                text.AppendLine($"{bullet}{result.Row.Name} {phase}: {seconds.Median * 1e3:0} ms ({seconds.Min * 1e3:0}-{seconds.Max * 1e3:0})");
            }
        }
    }

    private static string[] Cells(RowResult result) => result switch
    {
        { Row.Missing: { } missing } => [result.Row.Name, $"skipped: {missing}"],
        { Failure: not null } => [result.Row.Name, "FAILED"],
        _ =>
        [
            result.Row.Name,
            result.Row.Items == 0 ? "-" : FormattableString.Invariant($"{result.Row.Items:N0}"),
            Figures.WithRange(result.ItemsPerSecond),
            Figures.Of(result.CpuPerMillion),
            Figures.Of(result.AllocatedPerItem),
            Figures.Of(result.PeakMB),
            Figures.WithRange(result.Wall),
            Figures.Of(result.Process),
        ],
    };
}
