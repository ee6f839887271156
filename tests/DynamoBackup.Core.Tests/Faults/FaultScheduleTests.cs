using System.Diagnostics;
using System.Globalization;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>
/// Backups and restores behind seeded faults of the network, of DynamoDB and of S3. Every run ends complete with an equal digest, or with an error and nothing
/// that looks whole. A few seeds; DYNAMOBACKUP_TEST_SCALE=full tries fifty, and DYNAMOBACKUP_FAULT_SEED=17 replays one.
/// </summary>
public sealed class FaultScheduleTests(DynaliteFixture dynalite, RadosGwFixture rados, FaultTables tables, ITestOutputHelper output) : RunTest(dynalite), IClassFixture<FaultTables>
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("DYNAMOBACKUP_TEST_SCALE") == "full";

    /// <summary>Both kinds of store, small and large items, faults that pass and faults that stay; and quick ones.</summary>
    private static readonly List<int> Few = [1, 13, 18, 20, 21, 22];

    [Fact]
    public async Task Every_run_ends_complete_or_as_an_error_with_nothing_that_looks_whole()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("DYNAMOBACKUP_FAULT_SEED"), CultureInfo.InvariantCulture, out var one) ? new List<int> { one } : IsFull ? [.. Enumerable.Range(1, 50)] : Few;
        var s3 = RadosGwServer.WhyMissing() is null ? rados : null;
        var outcomes = new List<FaultOutcome>();
        var broken = new List<string>();
        foreach (var seed in seeds)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                outcomes.Add(await new FaultTrial(seed, Dynalite, s3, tables, Path.Combine(Store, "..")).RunAsync());
                output.WriteLine($"{outcomes[^1]}; {watch.Elapsed.TotalSeconds:0.0} s");
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                broken.Add($"{exception.Message}{Environment.NewLine}Replay: {FaultSchedule.ForDynamo(seed)}; S3 {FaultSchedule.ForS3(seed)}; restore {FaultSchedule.ForDynamo(seed + 1000)}; S3 {FaultSchedule.ForS3(seed + 1000)}{Environment.NewLine}{exception.StackTrace}");
                output.WriteLine(broken[^1]);
            }
        }

        Report(outcomes, broken.Count);
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
        // Faults that no run survives, or none that any run meets, would prove nothing.
        Assert.All(outcomes, outcome => Assert.True(outcome.Backup.Injected.Count + outcome.Restore.Injected.Count > 0, outcome.ToString()));
        if (seeds.Count > 1)
            Assert.Contains(outcomes, outcome => outcome.Backup.Error is null && outcome.Restore.Error is null);
    }

    [Fact]
    public void A_schedule_decides_the_same_for_the_same_seed_operation_and_number()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var (first, second) = (FaultSchedule.ForDynamo(seed), FaultSchedule.ForDynamo(seed));
            Assert.Equal(first.ToString(), second.ToString());
            Assert.Equal(Enumerable.Range(1, 200).Select(number => first.Decide("Scan", number)), Enumerable.Range(1, 200).Select(number => second.Decide("Scan", number)));
        }

        Assert.True(Enumerable.Range(1, 50).Select(seed => FaultSchedule.ForDynamo(seed).ToString()).Distinct().Count() == 50);
    }

    private void Report(List<FaultOutcome> outcomes, int broken)
    {
        var parts = outcomes.SelectMany(outcome => new[] { outcome.Backup, outcome.Restore }).ToList();
        var kinds = parts.SelectMany(part => part.Injected).GroupBy(fault => fault.Key).OrderBy(fault => fault.Key).Select(fault => $"{fault.Key} {fault.Sum(count => count.Value)}");
        output.WriteLine(
            $"{outcomes.Count} schedules, {parts.Count} runs: {parts.Count(part => part.Error is null)} complete with an equal digest, {parts.Count(part => part.Error is not null)} ended with an error"
            + $" ({string.Join(", ", parts.Where(part => part.Error is not null).GroupBy(part => part.Error!.Code).Select(error => $"{error.Key} {error.Count()}"))}); neither the one nor the other: {broken}. Faults: {string.Join(", ", kinds)}.");
    }
}
