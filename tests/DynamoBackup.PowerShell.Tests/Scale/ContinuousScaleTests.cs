using System.Globalization;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>
/// A continuous backup of a table that is written to all the time, whose shards end and begin: its memory must not grow with what it has captured. DYNAMOBACKUP_TEST_SCALE=full makes 100,000 changes
/// in some four minutes of one process.
/// </summary>
public sealed class ContinuousScaleTests : StreamScaleTest
{
    private static readonly (int Writes, double PerSecond) Size = ScaleRun.IsFull ? (100_000, 400) : (4_000, 400);

    [Fact]
    public async Task Memory_stays_bounded_while_ten_times_the_changes_are_captured_and_each_is_captured_once()
    {
        var few = await CaptureAsync("Few", Size.Writes / 10);
        var many = await CaptureAsync("Many", Size.Writes);

        Assert.All([few, many], peak => Assert.InRange(peak, 1, ScaleRun.MostMiB));
    }

    private async Task<int> CaptureAsync(string table, int writes)
    {
        await SampleTables.CreateAsync(Client, table, cancellationToken: Cancel);
        await Streams.EnableStreamAsync(table);
        await RunAsync($"$null = Backup-DynamoTable {table} $store -ConsistentRead -StreamSettle 00:00:01 @aws");

        var duration = TimeSpan.FromSeconds(Math.Ceiling(writes / Size.PerSecond) + 2);
        var capturing = Host().WithOption("-Memory").RunAsync(
            $"Backup-DynamoTable {table} $store -Continuous -SealEvery 00:00:01 -StreamSettle 00:00:01 -Duration {duration} @aws | ForEach-Object {{ \"$($_.ItemCount) $($_.Lag.TotalSeconds)\" }}", Variables());
        var writer = new RandomWriter(Client, table, 1000, Size.PerSecond, Streams.Options.Now);
        var writing = writer.RunAsync(writes, Cancel);
        for (var roll = 1; roll < 5; roll++)
        {
            while (writer.Writes < writes * roll / 5) await Task.Delay(20, Cancel);
            await Streams.CloseShardsAsync(table, 1);
        }

        await writing;
        var captured = await capturing;
        var increments = captured.Succeeded();
        // What was written after the run's end comes with the last one.
        var rest = await RunAsync($"(Backup-DynamoTable {table} $store -Type Incremental -StreamSettle 00:00:01 @aws).ItemCount");

        var records = (await Streams.RecordsAsync(table)).Count;
        Assert.Equal(records, increments.Select(line => line.Split(' ')[0]).Concat(rest).Sum(count => long.Parse(count, CultureInfo.InvariantCulture)));
        var lags = increments.Select(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).Order().ToList();
        var peak = captured.PeakMiB;
        TestContext.Current.TestOutputHelper?.WriteLine($"{records:N0} changes in {increments.Count} increments: {peak} MiB; sealed {lags[lags.Count / 2]:N1} s after their oldest change at the median, {lags[^1]:N1} s at most");
        return peak;
    }
}
