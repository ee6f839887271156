using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Report;

/// <summary>The results as files: JSON, so that a later run can be compared, and the table in a page.</summary>
internal static class ResultFiles
{
    private const string Opening = "<!-- results -->";
    private const string Closing = "<!-- /results -->";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static async Task WriteAsync(
        BenchOptions options, Machine machine, IReadOnlyList<RowResult> results, IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        var json = options.Json ?? Path.Combine(Self.Root, "artifacts", options.Smoke ? "bench-smoke.json" : "bench.json");
        Directory.CreateDirectory(Path.GetDirectoryName(json)!);
        await File.WriteAllTextAsync(json, ToJson(options, machine, results, targets) + "\n", cancellationToken);
        Console.WriteLine($"Results: {json}");
        if (options.Markdown is not { } page)
            return;
        var text = await File.ReadAllTextAsync(page, cancellationToken);
        var (start, end) = (text.IndexOf(Opening, StringComparison.Ordinal), text.IndexOf(Closing, StringComparison.Ordinal));
        if (start < 0 || end < start)
            throw new BenchException($"'{page}' has no lines {Opening} and {Closing} to put the table between.");
        await File.WriteAllTextAsync(page, $"{text[..(start + Opening.Length)]}\n{ResultTable.Markdown(machine, results, targets)}{text[end..]}", cancellationToken);
        Console.WriteLine($"Table: {page}");
    }

    private static string ToJson(BenchOptions options, Machine machine, IReadOnlyList<RowResult> results, IReadOnlyList<Target> targets) => JsonSerializer.Serialize(
        new
        {
            machine,
            options.Rounds,
            rows = results.Select(static result => new
            {
                result.Row.Group,
                result.Row.Name,
                result.Row.Items,
                skipped = result.Row.Missing,
                failed = result.Failure,
                result.ItemsPerSecond,
                result.CpuPerMillion,
                result.AllocatedPerItem,
                result.PeakMB,
                wallSeconds = result.Wall,
                processSeconds = result.Process,
                phases = result.Phases.ToDictionary(static phase => phase, result.Phase),
                serverCpuSeconds = Spread.Of(result.Runs.Select(static run => run.Server?.CpuSeconds)),
                serverLatencyMs = result.LatencyMs,
                maxConcurrent = result.Runs.Max(static run => run.Server?.MaxConcurrent),
                connections = result.Runs.Max(static run => run.Server?.Connections),
            }),
            targets = targets.Select(static target => new { target.Name, target.Figure, wanted = target.WantedText, target.Met }),
        },
        Format);
}
