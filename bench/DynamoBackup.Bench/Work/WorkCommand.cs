using System.Diagnostics;
using System.Text.Json;
using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Work;

/// <summary>Runs one work and prints what it cost, as the PowerShell host does for a script.</summary>
internal static class WorkCommand
{
    public static async Task<int> RunAsync(string name, IReadOnlyList<string> rest)
    {
        var arguments = new WorkArguments(rest);
        IWork? work = name switch
        {
            "drain" => new DrainWork(arguments["endpoint"], (int)arguments.Number("segments")),
            "sdk-backup" => new SdkBackupWork(arguments["endpoint"], arguments["folder"], (int)arguments.Number("segments")),
            "sdk-restore" => new SdkRestoreWork(arguments["endpoint"], arguments["folder"], arguments["table"]),
            "batch-only" => new BatchOnlyWork(arguments["folder"]),
            "post-only" => new PostWork(arguments["endpoint"], arguments["table"], (int)arguments.Number("connections"), arguments.Number("items")),
            "sha256-only" => new Sha256Work(arguments["folder"], arguments.Number("items")),
            "stage" => new StageWork(arguments["stage"], arguments["endpoint"], arguments.Number("items")),
            _ => null,
        };
        if (work is null)
        {
            await Console.Error.WriteLineAsync($"There is no work named '{name}'.");
            return 2;
        }

        await work.PrepareAsync();
        await MeasureAsync(work);
        return 0;
    }

    private static async Task MeasureAsync(IWork work)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, clock) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        var items = await work.RunAsync();
        clock.Stop();
        process.Refresh();
        var cost = new Measured(
            clock.Elapsed.TotalSeconds,
            (process.TotalProcessorTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            PeakMemory.Bytes());
        Console.WriteLine(FormattableString.Invariant($"{Measured.ItemsMark}{items}"));
        await Console.Error.WriteLineAsync(Measured.Mark + JsonSerializer.Serialize(cost, JsonSerializerOptions.Web));
    }
}
