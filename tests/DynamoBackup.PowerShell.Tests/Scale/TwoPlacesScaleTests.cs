using System.Globalization;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>One scan of a big table feeds a folder and S3; both are proved and restored.</summary>
public sealed class TwoPlacesScaleTests
{
    private static int Items => ScaleRun.IsFull ? 300_000 : 20_000;

    [Fact]
    public async Task One_scan_feeds_a_folder_and_S3_in_bounded_memory_and_both_come_back_equal()
    {
        Assert.SkipWhen(RadosGwServer.WhyMissing() is not null, RadosGwServer.WhyMissing() ?? "");
        await using var s3 = await RadosGwServer.StartAsync(TestContext.Current.CancellationToken);
        await using var run = await ScaleRun.StartAsync(Items, s3.AccessKey, s3.SecretKey);
        (string, object)[] places = [("s3", $"s3://{await s3.NewBucketAsync(TestContext.Current.CancellationToken)}/backups"), ("at", s3.Endpoint.AbsoluteUri)];

        var (backupPeak, backups) = await run.RunAsync(
            "$b = Backup-DynamoTable Orders -Destination $store, $s3 -StoreEndpointUrl $at @aws; $b[0].Id -eq $b[1].Id; $b[0].ItemCount; $b[0].ContentDigest; $b[1].ContentDigest; $b.Count", places);
        var (testPeak, tests) = await run.RunAsync(
            "Test-DynamoBackup -Source $store, $s3 -Level Content -StoreEndpointUrl $at @aws | ForEach-Object { if (-not $_.IsValid) { throw $_.Findings }; $_.ContentDigest }", places);
        var (folderPeak, fromFolder) = await run.RunAsync(Restore("$store", "FromFolder"), places);
        var (s3Peak, fromS3) = await run.RunAsync(Restore("$s3", "FromS3"), places);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Items:N0} items: backup to both {backupPeak} MiB, test of both {testPeak} MiB, restore from the folder {folderPeak} MiB, from S3 {s3Peak} MiB; {backups[2]}");
        Assert.Equal(["True", Items.ToString(CultureInfo.InvariantCulture), backups[2], backups[2], "2"], backups);
        Assert.Equal([backups[2], backups[2]], tests);
        Assert.Equal([backups[2]], fromFolder);
        Assert.Equal([backups[2]], fromS3);
        Assert.All([backupPeak, testPeak, folderPeak, s3Peak], peak => Assert.InRange(peak, 1, ScaleRun.MostMiB));
    }

    private static string Restore(string source, string target) =>
        $"$r = Restore-DynamoTable Orders -Source {source} -TargetTable {target} -Verify -Confirm:$false -StoreEndpointUrl $at @aws; if (-not $r.Verified) {{ throw 'not verified' }}; $r.ContentDigest";
}
