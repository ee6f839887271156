using System.Globalization;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

public sealed class AwsExportReadTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    [Fact]
    public async Task A_full_export_is_listed_with_what_its_manifests_tell()
    {
        var backup = await ExportAsync(new() { BilledSizeBytes = 12_345 });
        Assert.Equal((Table, "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog", BackupType.Full), (backup.TableName, backup.TableArn, backup.Type));
        Assert.Equal((40, 12_345, 0, 4), (backup.ItemCount, backup.ItemBytes, backup.StoredBytes, backup.FileCount));
        Assert.Equal("2020-11-04T07:33:43.897Z", backup.CompletedUtc?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Assert.Equal((null, ReadConsistency.Unknown, false), (backup.ContentDigest, backup.Consistency, backup.IsDamaged));
        Assert.Equal((FindingSeverity.Information, FindingKind.SidecarMissing), (Assert.Single(backup.Findings).Severity, backup.Findings[0].Kind));
    }

    [Theory]
    [InlineData(VerificationLevel.Structure)]
    [InlineData(VerificationLevel.Checksum)]
    [InlineData(VerificationLevel.Content)]
    public async Task It_is_proved_at_every_level_that_needs_no_table(VerificationLevel level)
    {
        var result = await VerifyAsync(await ExportAsync(), level);
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.Equal((40, level == VerificationLevel.Content ? Digest : null), (result.ItemCount, result.ContentDigest));
        Assert.Single(result.Findings);
    }

    [Fact]
    public async Task It_is_compared_with_a_live_table()
    {
        var backup = await ExportAsync();
        var table = await NewTableAsync("Id N");
        Assert.Contains((await VerifyAsync(backup, VerificationLevel.Live, table)).Findings, finding => finding.Kind == FindingKind.LiveDiffers);
        await RestoreAsync(RestoreOf(backup, table));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live, table)).IsValid);
    }

    [Theory]
    [InlineData(null, "", "", "AWSDynamoDB/")]
    [InlineData("2020-Nov", "", "", "2020-Nov/AWSDynamoDB/")]
    [InlineData("2020-Nov", "", "2020-Nov", "AWSDynamoDB/")]
    [InlineData("exports/of/2020", "", "exports/of", "2020/AWSDynamoDB/")]
    [InlineData(null, "Orders", "", "Orders/AWSDynamoDB/")]
    [InlineData("2020-Nov", "moved", "2020-Nov", "moved/AWSDynamoDB/")]
    public async Task It_is_found_where_it_was_copied_or_moved_to(string? prefix, string below, string from, string path)
    {
        var export = AwsExport.Create(new() { Prefix = prefix }, Files);
        export.WriteTo(Path.Combine(Store, below), from);
        var backup = Assert.Single(await ListAsync());
        Assert.Equal(path + export.Id, backup.Path);
        var result = await VerifyAsync(backup, VerificationLevel.Content);
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.Equal(Digest, result.ContentDigest);
    }

    [Theory]
    [InlineData(true, false, null)]
    [InlineData(false, true, null)]
    [InlineData(true, true, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")]
    public async Task Spellings_of_the_documentation_and_of_newer_exports_are_read_as_well(bool documented, bool newer, string? kmsKey)
    {
        var backup = await ExportAsync(new() { DocumentedChecksumNames = documented, NewerFields = newer, KmsKeyId = kmsKey });
        Assert.Equal(FindingKind.SidecarMissing, Assert.Single((await VerifyAsync(backup, VerificationLevel.Content)).Findings).Kind);
    }

    [Fact]
    public async Task An_export_of_an_empty_table_is_sound()
    {
        var backup = await ExportAsync([[], [], []]);
        var result = await VerifyAsync(backup, VerificationLevel.Content);
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.StartsWith("v1:0:", result.ContentDigest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_of_one_bucket_are_listed_beside_one_another_by_time()
    {
        for (var day = 3; day >= 1; day--)
            AwsExport.Create(new() { Start = new(2021, 1, day, 0, 0, 0, TimeSpan.Zero), Seed = day }, Files).WriteTo(Store);
        Assert.Equal([1, 2, 3], (await ListAsync()).Select(backup => backup.StartedUtc.Day));
    }

    [Fact]
    public async Task An_export_in_the_making_is_no_backup_yet()
    {
        var backup = await ExportAsync();
        File.Delete(PathOf(backup, "manifest-summary.json"));
        File.Delete(PathOf(backup, "manifest-summary.md5"));
        Assert.Empty(await ListAsync());
    }
}
