using System.Collections;
using System.Globalization;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>
/// A big table goes out to a folder and comes back, each in a PowerShell process of its own whose peak memory is read at the end. The
/// default sizes keep the suite short; DYNAMOBACKUP_TEST_SCALE=full runs those of the acceptance: 30,000 and 300,000 items.
/// </summary>
public sealed class ScaleTests
{
    private const int MostMiB = 250;

    private static bool IsFull => Environment.GetEnvironmentVariable("DYNAMOBACKUP_TEST_SCALE") == "full";

    [Fact]
    public async Task Memory_stays_bounded_while_the_table_grows_tenfold_and_every_item_comes_back()
    {
        var (small, big) = IsFull ? (30_000, 300_000) : (2_000, 20_000);

        var first = await RoundTripAsync(small);
        var second = await RoundTripAsync(big);

        TestContext.Current.TestOutputHelper?.WriteLine($"{small:N0} items: backup {first.Backup} MiB, restore {first.Restore} MiB, test {first.Test} MiB");
        TestContext.Current.TestOutputHelper?.WriteLine($"{big:N0} items: backup {second.Backup} MiB, restore {second.Restore} MiB, test {second.Test} MiB");
        Assert.All([first.Backup, first.Restore, first.Test, second.Backup, second.Restore, second.Test], peak => Assert.InRange(peak, 1, MostMiB));
    }

    private static async Task<(int Backup, int Restore, int Test)> RoundTripAsync(int items)
    {
        await using var server = await DynaliteServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var client = server.CreateClient();
        using var folder = new TempFolder();
        await SampleTables.CreateAsync(client, "Orders", cancellationToken: TestContext.Current.CancellationToken);
        await SampleTables.FillAsync(client, "Orders", MixedItems.Create(items), cancellationToken: TestContext.Current.CancellationToken);

        var (backupPeak, digest) = await RunAsync(server, folder, "$b = Backup-DynamoTable Orders $store @aws; $b.ItemCount; $b.ContentDigest", items);
        var (restorePeak, restored) = await RunAsync(
            server, folder, "$r = Restore-DynamoTable Orders $store -TargetTable Copy -Verify -Confirm:$false @aws; if (-not $r.Verified) { throw 'not verified' }; $r.Written; $r.ContentDigest", items);
        var (testPeak, live) = await RunAsync(
            server, folder, "$t = Test-DynamoBackup Orders $store -Level Live -TargetTable Copy @aws; if (-not $t.IsValid) { throw $t.Findings }; $t.ItemCount; $t.ContentDigest", items);

        Assert.Equal(digest, restored);
        Assert.Equal(digest, live);
        return (backupPeak, restorePeak, testPeak);
    }

    private static async Task<(int PeakMiB, string Digest)> RunAsync(DynaliteServer server, TempFolder folder, string script, int items)
    {
        var aws = new Hashtable { ["EndpointUrl"] = server.Endpoint.AbsoluteUri, ["Region"] = "us-east-1", ["AccessKey"] = "local", ["SecretKey"] = "local" };
        var host = new HostProcess(folder.Path) { Patience = TimeSpan.FromMinutes(10) }.WithOption("-Memory");
        var outcome = await host.RunAsync(script, ("store", folder.Combine("store")), ("aws", aws));
        var lines = outcome.Succeeded();
        Assert.Equal(items, int.Parse(lines[0], CultureInfo.InvariantCulture));
        var peak = outcome.Errors.Split('\n').Single(line => line.StartsWith("PeakWorkingSetMiB:", StringComparison.Ordinal));
        return (int.Parse(peak.Split(':')[1].Trim(), CultureInfo.InvariantCulture), lines[1]);
    }
}
