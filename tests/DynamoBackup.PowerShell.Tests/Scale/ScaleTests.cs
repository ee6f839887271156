using System.Globalization;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>A big table goes out to a folder and comes back, in bounded memory.</summary>
public sealed class ScaleTests
{
    [Fact]
    public async Task Memory_stays_bounded_while_the_table_grows_tenfold_and_every_item_comes_back()
    {
        var (small, big) = ScaleRun.IsFull ? (30_000, 300_000) : (2_000, 20_000);

        var first = await RoundTripAsync(small);
        var second = await RoundTripAsync(big);

        TestContext.Current.TestOutputHelper?.WriteLine($"{small:N0} items: backup {first.Backup} MiB, restore {first.Restore} MiB, test {first.Test} MiB");
        TestContext.Current.TestOutputHelper?.WriteLine($"{big:N0} items: backup {second.Backup} MiB, restore {second.Restore} MiB, test {second.Test} MiB");
        Assert.All([first.Backup, first.Restore, first.Test, second.Backup, second.Restore, second.Test], peak => Assert.InRange(peak, 1, ScaleRun.MostMiB));
    }

    private static async Task<(int Backup, int Restore, int Test)> RoundTripAsync(int items)
    {
        await using var run = await ScaleRun.StartAsync(items);

        var (backupPeak, backup) = await run.RunAsync("$b = Backup-DynamoTable Orders $store @aws; $b.ItemCount; $b.ContentDigest");
        var (restorePeak, restored) = await run.RunAsync(
            "$r = Restore-DynamoTable Orders $store -TargetTable Copy -Verify -Confirm:$false @aws; if (-not $r.Verified) { throw 'not verified' }; $r.Written; $r.ContentDigest");
        var (testPeak, live) = await run.RunAsync(
            "$t = Test-DynamoBackup Orders $store -Level Live -TargetTable Copy @aws; if (-not $t.IsValid) { throw $t.Findings }; $t.ItemCount; $t.ContentDigest");

        Assert.Equal(items, int.Parse(backup[0], CultureInfo.InvariantCulture));
        Assert.Equal(backup, restored);
        Assert.Equal(backup, live);
        return (backupPeak, restorePeak, testPeak);
    }
}
