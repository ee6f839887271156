using System.Diagnostics;
using System.Text.Json;

namespace DynamoBackup.PowerShellHost;

/// <summary>What a script cost this process, the import of its module not included.</summary>
internal static class ScriptCost
{
    /// <summary>Runs the script and prints its cost as one line: <c>Measured: {...}</c>.</summary>
    public static bool Measure(Func<bool> script, TextWriter report)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, clock) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        var succeeded = script();
        clock.Stop();
        process.Refresh();
        report.WriteLine("Measured: " + JsonSerializer.Serialize(new
        {
            wallSeconds = clock.Elapsed.TotalSeconds,
            cpuSeconds = (process.TotalProcessorTime - cpu).TotalSeconds,
            allocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - allocated,
            peakWorkingSetBytes = PeakMemory.Bytes(),
        }));
        return succeeded;
    }
}
