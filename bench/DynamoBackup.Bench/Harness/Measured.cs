using System.Globalization;
using System.Text.Json;

namespace DynamoBackup.Bench.Harness;

/// <summary>What an operation cost the process that ran it.</summary>
/// <param name="WallSeconds">Time of the operation alone, without the process's start.</param>
/// <param name="CpuSeconds">User and system time of the process meanwhile.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap meanwhile; null where there is none.</param>
/// <param name="PeakWorkingSetBytes">The most memory that the process had at any time.</param>
internal sealed record Measured(double WallSeconds, double CpuSeconds, long? AllocatedBytes, long PeakWorkingSetBytes)
{
    public const string Mark = "Measured: ";
    public const string ItemsMark = "Items: ";
    public const string PhaseMark = "Phase: ";

    /// <summary>Reads what a child printed: its cost on the error stream, its items and phases on the output.</summary>
    public static RowRun Read(ChildOutcome outcome)
    {
        var cost = Lines(outcome.Errors, Mark).LastOrDefault()
            ?? throw new BenchException($"It ended without a measurement, with exit code {outcome.ExitCode}.\n{Child.Tail(outcome.Output + outcome.Errors)}");
        if (outcome.ExitCode != 0)
            throw new BenchException($"Exit code {outcome.ExitCode}.\n{Child.Tail(outcome.Output + outcome.Errors)}");
        var items = Lines(outcome.Output, ItemsMark).LastOrDefault() ?? throw new BenchException($"It did not say how many items it handled.\n{Child.Tail(outcome.Output)}");
        var phases = Lines(outcome.Output, PhaseMark).Select(static line => line.Split(' '))
            .ToDictionary(static parts => parts[0], static parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        return new RowRun(
            long.Parse(items, CultureInfo.InvariantCulture),
            JsonSerializer.Deserialize<Measured>(cost, JsonSerializerOptions.Web)!,
            outcome.ProcessSeconds,
            phases);
    }

    private static IEnumerable<string> Lines(string text, string mark) =>
        text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => line[mark.Length..]);
}

/// <summary>One run of one row.</summary>
/// <param name="ItemCount">Items that its result names.</param>
/// <param name="Cost">What the operation cost.</param>
/// <param name="ProcessSeconds">How long the whole process lived.</param>
/// <param name="Phases">Seconds of its parts, where it tells them.</param>
internal sealed record RowRun(long ItemCount, Measured Cost, double ProcessSeconds, IReadOnlyDictionary<string, double> Phases)
{
    /// <summary>What the server counted; null where the row needs none.</summary>
    public ReplayStats? Server { get; init; }
}
