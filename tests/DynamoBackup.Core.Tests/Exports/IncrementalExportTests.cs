using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>Incremental exports by AWS: damaged and hostile ones first, then what is read of sound ones. Their data lies in a folder that they share.</summary>
public sealed class IncrementalExportTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private static readonly DateTimeOffset From = new(2023, 8, 21, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2023, 8, 22, 0, 0, 0, TimeSpan.Zero);

    private static readonly ExportChange[][] Changes =
    [
        [new(1_692_576_000_000_000, Key(1), null, Item(1, "new")), new(1_692_576_000_000_001, Key(2), Item(2, "old"), Item(2, "new"))],
        [],
        [new(1_692_576_000_000_002, Key(3), Item(3, "old"), null)],
    ];

    [Theory]
    [InlineData("AWSDynamoDB/01604474914028-ffffffff/data/x.json.gz")]
    [InlineData("AWSDynamoDB/data/../x.json.gz")]
    [InlineData("AWSDynamoDB/data/deep/x.json.gz")]
    [InlineData("AWSDynamoDB/data/.hidden")]
    [InlineData("AWSDynamoDB/data/")]
    [InlineData("../../secret.json.gz")]
    [InlineData("/etc/passwd")]
    public async Task A_name_that_leads_out_of_the_shared_folder_is_refused(string key)
    {
        var backup = await ChangesAsync();
        EditLine(backup, 0, line => line["dataFileS3Key"] = key);
        Assert.Contains(Assert.Single(await ListAsync()).Findings, finding => finding.Kind == FindingKind.UnsafePath);
    }

    [Fact]
    public async Task A_full_export_has_no_files_in_the_shared_folder()
    {
        var backup = await ExportAsync();
        EditLine(backup, 0, line => line["dataFileS3Key"] = "AWSDynamoDB/data/x.json.gz");
        Assert.Contains(Assert.Single(await ListAsync()).Findings, finding => finding.Kind == FindingKind.UnsafePath);
    }

    [Fact]
    public async Task A_missing_data_file_is_found()
    {
        var (backup, export) = (await ChangesAsync(), Export());
        File.Delete(Path.Combine(Store, export.DataKeys[2]));
        var finding = Assert.Single((await VerifyAsync(backup, VerificationLevel.Structure)).Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((FindingKind.FileMissing, export.DataKeys[2]["AWSDynamoDB/".Length..]), (finding.Kind, finding.File));
    }

    [Fact]
    public async Task A_cut_data_file_is_found()
    {
        var (backup, export) = (await ChangesAsync(), Export());
        var path = Path.Combine(Store, export.DataKeys[0]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        Assert.Contains((await VerifyAsync(backup, VerificationLevel.Checksum)).Findings, finding => finding.Kind == FindingKind.ChecksumDiffers);
    }

    [Theory]
    [InlineData("a line")]
    [InlineData("""{"Item":{"Id":{"N":"1"}}}""")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"NewImage":{"Id":{"N":"1"}}}""")]
    public async Task A_line_that_is_no_change_is_found(string line)
    {
        AwsExport.Create(new() { Kind = ExportKind.Incremental }, [[line]]).WriteTo(Store);
        var backup = Assert.Single(await ListAsync());
        Assert.True((await VerifyAsync(backup, VerificationLevel.Checksum)).IsValid);
        var finding = Assert.Single((await VerifyAsync(backup, VerificationLevel.Content)).Findings, finding => finding.Kind == FindingKind.InvalidItem);
        Assert.StartsWith("Line 1: ", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_of_another_item_than_the_keys_name_is_found()
    {
        AwsExport.OfChanges(new(), [[new ExportChange(1, Key(1), null, Item(1, "a")), new(2, Key(2), null, Item(7, "b"))]]).WriteTo(Store);
        var finding = Assert.Single((await VerifyAsync(Assert.Single(await ListAsync()), VerificationLevel.Content)).Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal(FindingKind.KeyMissing, finding.Kind);
        Assert.StartsWith("Line 2: The change's NewImage", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_ends_before_it_begins_is_damaged()
    {
        AwsExport.OfChanges(new() { From = To, To = From }, Changes).WriteTo(Store);
        Assert.Contains(Assert.Single(await ListAsync()).Findings, finding => finding.Kind == FindingKind.ManifestInconsistent);
    }

    [Fact]
    public async Task A_view_that_is_not_known_is_not_read()
    {
        AwsExport.OfChanges(new() { View = "OLD_IMAGES" }, Changes).WriteTo(Store);
        Assert.Contains(Assert.Single(await ListAsync()).Findings, finding => finding.Kind == FindingKind.FormatNotSupported && finding.Detail.Contains("OLD_IMAGES", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ExportChange.NewAndOldImages)]
    [InlineData(ExportChange.NewImage)]
    [InlineData("NEW_IMAGES")]
    public async Task A_sound_one_is_listed_and_proved_up_to_its_content(string view)
    {
        var backup = await ChangesAsync(view);
        Assert.Equal((BackupType.Incremental, 3, 3), (backup.Type, backup.ItemCount, backup.FileCount));
        Assert.Equal((From.UtcDateTime, To.UtcDateTime, BackupExactness.Unknown), (backup.FromUtc, backup.ToUtc, backup.Exactness));
        Assert.Equal(FindingKind.SidecarMissing, Assert.Single(backup.Findings).Kind);
        foreach (var level in new[] { VerificationLevel.Structure, VerificationLevel.Checksum, VerificationLevel.Content })
            Assert.True((await VerifyAsync(backup, level)).IsValid, $"{level}");
        Assert.Equal(3, (await VerifyAsync(backup, VerificationLevel.Content)).ItemCount);
    }

    [Fact]
    public async Task Others_files_in_the_shared_folder_are_no_matter()
    {
        AwsExport.OfChanges(new() { Seed = 7, Start = From.AddDays(-1) }, Changes).WriteTo(Store);
        File.WriteAllText(Path.Combine(Store, "AWSDynamoDB", "data", "stranger.json.gz"), "x");
        Export().WriteTo(Store);
        var backups = await ListAsync();
        Assert.Equal(2, backups.Count);
        foreach (var backup in backups)
            Assert.DoesNotContain((await VerifyAsync(backup, VerificationLevel.Content)).Findings, finding => finding.Severity > FindingSeverity.Information);
    }

    [Fact]
    public async Task With_a_live_table_it_is_not_compared_and_the_finding_says_what_to_do()
    {
        var proof = await VerifyAsync(await ChangesAsync(), VerificationLevel.Live);
        Assert.False(proof.IsValid);
        var finding = Assert.Single(proof.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal(FindingKind.LiveUnreadable, finding.Kind);
        Assert.Contains("-Level Content", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_a_comparison_and_the_reading_of_items_are_refused()
    {
        var backup = await ChangesAsync();
        var table = await NewTableAsync("Id N");
        AssertRefused(await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table))));
        AssertRefused(await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table) with { Mode = RestoreMode.Replace })));
        Assert.Equal(0, await CountAsync(table));
        AssertRefused(await Assert.ThrowsAsync<DynamoBackupException>(() => CompareRun.RunAsync(
            new CompareRequest { Reference = backup, Difference = backup }, _ => Task.CompletedTask, Output, Cancellation)));
        AssertRefused(await Assert.ThrowsAsync<DynamoBackupException>(() => ItemsRun.RunAsync(
            new ItemsRequest { Source = Store, Path = backup.Path }, (_, _) => Task.CompletedTask, Output, Cancellation)));
    }

    [Fact]
    public async Task The_latest_backup_is_the_latest_full_one_where_there_is_one()
    {
        await ChangesAsync();
        Assert.Equal(BackupType.Incremental, Assert.Single(await LatestAsync()).Type);
        AwsExport.Create(new() { Start = From }, Files).WriteTo(Store);
        Assert.Equal(BackupType.Full, Assert.Single(await LatestAsync()).Type);
    }

    [Fact]
    public async Task A_full_export_is_exact_at_its_export_time()
    {
        var backup = await ExportAsync(new AwsExportOptions { Start = From });
        Assert.Equal((From.UtcDateTime, From.UtcDateTime, BackupExactness.Exact), (backup.FromUtc, backup.ToUtc, backup.Exactness));
    }

    private static void AssertRefused(DynamoBackupException error)
    {
        Assert.Equal(BackupErrorCode.FormatNotSupported, error.Code);
        Assert.Contains("incremental", error.Message, StringComparison.Ordinal);
        Assert.Contains("Get-DynamoBackup", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.Message, StringComparison.Ordinal);
    }

    private static AwsExport Export(string view = ExportChange.NewAndOldImages) => AwsExport.OfChanges(new() { Start = To, From = From, To = To, View = view }, Changes);

    private async Task<BackupInfo> ChangesAsync(string view = ExportChange.NewAndOldImages)
    {
        Export(view).WriteTo(Store);
        return Assert.Single(await ListAsync());
    }

    private Task<IReadOnlyList<BackupInfo>> LatestAsync() => CatalogRun.RunAsync(new BackupQuery { Sources = [Store], Latest = true }, Output, Cancellation);

    private static string Key(int id) => $$$"""{"Id":{"N":"{{{id}}}"}}""";

    private static string Item(int id, string text) => $$$"""{"Id":{"N":"{{{id}}}"},"Text":{"S":"{{{text}}}"}}""";
}
