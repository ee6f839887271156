using DynamoBackup.Bench.Rows;

namespace DynamoBackup.Bench.Report;

/// <summary>What the project promised itself for a machine with two cores and small items, from the medians of one run. Never changes the exit code.</summary>
internal static class Targets
{
    /// <summary>What 64 connections write in as many milliseconds as a response takes.</summary>
    private const double ItemsUnderWay = 64 * 25;

    public static IReadOnlyList<Target> Judge(IReadOnlyList<RowResult> results)
    {
        var rows = results.ToDictionary(static result => result.Row.Name);
        return
        [
            AtLeast("backup in gzip, over the boto3 loop", Rate("module-gzip") / Rate("boto3-loop"), 80, "x"),
            AtLeast("backup in zstd, over the boto3 loop", Rate("module-zstd") / Rate("boto3-loop"), 80, "x"),
            AtLeast("backup in gzip, over the plain SDK", Rate("module-gzip") / Rate("sdk-gzip"), 8, "x"),
            AtLeast("backup in gzip, of the same without the digest", 100 * Rate("module-gzip") / Rate("module-gzip-nodigest"), 50, "%"),
            AtLeast("backup in zstd, of the same without the digest", 100 * Rate("module-zstd") / Rate("module-zstd-nodigest"), 50, "%"),
            AtLeast("backup in gzip without the digest, over the plain SDK", Rate("module-gzip-nodigest") / Rate("sdk-gzip"), 16, "x"),
            AtMost("canonical form and digest, CPU of one item", Cpu("canonical-digest"), 1.0, "us"),
            AtMost("canonical form and digest, allocated for one item", Allocated("canonical-digest"), 0.1, "B"),
            AtLeast("restore, over boto3's batch_writer", Rate("module-restore") / Rate("boto3-batch_writer"), 20, "x"),
            AtLeast("restore, over the plain SDK", Rate("module-restore") / Rate("sdk-restore"), 2.5, "x"),
            AtLeast("restore at 20 ms, of what 64 connections did without work", 100 * Rate("module-restore-20ms") / Rate("post-only-20ms"), 90, "%"),
            AtLeast("restore at 20 ms, of 64 connections by arithmetic", 100 * Rate("module-restore-20ms") / (ItemsUnderWay / (Latency("module-restore-20ms") / 1e3)), 90, "%"),
            AtMost("replace, items written of items that differ", 100 * WrittenOf("module-replace-1percent"), 100, "%"),
            AtLeast("restore under a budget, written in a second of the budget", OfBudget("module-restore-budget"), 95, "%"),
            AtMost("restore under a budget, written in a second of the budget", OfBudget("module-restore-budget"), 102, "%"),
            AtLeast("test at Content, over the backup", Rate("module-test-content") / Rate("module-gzip"), 1, "x"),
            AtLeast("test at Checksum, of SHA-256 alone", 100 * Rate("module-test-checksum") / Rate("sha256-only"), 50, "%"),
            AtMost("peak memory of the process, any row of the module", Peak(results), 250, "MB"),
            AtMost("growth of peak memory at ten times the items", 100 * (PeakOf("module-gzip-10x") / PeakOf("module-gzip-1x") - 1), 5, "%"),
            AtMost("time at ten times the items", WallOf("module-gzip-10x") / WallOf("module-gzip-1x"), 10.5, "x"),
            AtMost("Import-Module", 1e3 * PhaseOf("startup-backup", StartupRows.Import), 300, "ms"),
            AtMost("first cmdlet (Get-DynamoBackup) after the import", 1e3 * PhaseOf("startup-get", StartupRows.First), 500, "ms"),
            AtMost("first cmdlet (Backup-DynamoTable) after the import", 1e3 * PhaseOf("startup-backup", StartupRows.First), 500, "ms"),
        ];

        double? Rate(string name) => rows.GetValueOrDefault(name)?.ItemsPerSecond?.Median;
        double? Cpu(string name) => rows.GetValueOrDefault(name)?.CpuPerMillion?.Median;
        double? Allocated(string name) => rows.GetValueOrDefault(name)?.AllocatedPerItem?.Median;
        double? PeakOf(string name) => rows.GetValueOrDefault(name)?.PeakMB?.Median;
        double? WallOf(string name) => rows.GetValueOrDefault(name)?.Wall?.Median;
        double? Latency(string name) => rows.GetValueOrDefault(name)?.LatencyMs?.Median;
        double? OfBudget(string name) => rows.GetValueOrDefault(name) is { Row.UnitsPerSecond: { } units } result ? 100 * result.WrittenPerSecond?.Median / units : null;
        double? WrittenOf(string name) => rows.GetValueOrDefault(name) is { Row.Writes: { } writes } result ? result.ItemsWritten?.Median / writes : null;
        double? PhaseOf(string name, string phase) => rows.GetValueOrDefault(name)?.Phase(phase)?.Median;
    }

    /// <summary>The highest of all rows of the module, and of each the highest run.</summary>
    private static double? Peak(IEnumerable<RowResult> results) =>
        results.Where(static result => result.Row.Name.StartsWith("module-", StringComparison.Ordinal)).Max(static result => result.PeakMB?.Max);

    private static Target AtLeast(string name, double? figure, double wanted, string unit) => new(name, figure, wanted, unit, AtMost: false);

    private static Target AtMost(string name, double? figure, double wanted, string unit) => new(name, figure, wanted, unit, AtMost: true);
}
