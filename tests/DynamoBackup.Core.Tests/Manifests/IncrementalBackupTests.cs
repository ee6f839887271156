using System.Text;
using System.Text.Json.Nodes;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>Incremental backups of ours: what is wrong with damaged ones, how sound ones are laid out, read and proved.</summary>
public sealed class IncrementalBackupTests
{
    private const string Metadata = "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1\"}},";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exportFromTime", "2023-11-14T22:13:20.000Z")]
    [InlineData("exportToTime", "2023-11-14T22:14:05.000Z")]
    [InlineData("exportToTime", "9999-12-31T23:59:59.999Z")]
    [InlineData("exportToTime", "yesterday")]
    [InlineData("exportToTime", null)]
    [InlineData("exportFromTime", "2023-11-15T00:00:00.000Z")]
    public async Task Times_that_do_not_agree_are_found(string property, string? value)
    {
        var sample = await IncrementalSample.SampleAsync(Cancellation);
        sample.Edit(BackupLayout.Summary, summary => summary[property] = value);
        await AssertInconsistentAsync(sample);
    }

    [Theory]
    [InlineData("fromUtc", "2023-11-14T22:13:21.000Z")]
    [InlineData("toUtc", "9999-12-31T23:59:59.999Z")]
    [InlineData("toUtc", null)]
    [InlineData("type", "FULL")]
    [InlineData("contentDigest", "v1:40:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_sidecar_that_says_something_else_than_the_summary_is_found(string property, string? value)
    {
        var sample = await IncrementalSample.SampleAsync(Cancellation);
        sample.Edit(BackupLayout.Sidecar, sidecar => sidecar[property] = value);
        await AssertInconsistentAsync(sample);
    }

    [Fact]
    public async Task A_data_file_in_the_folder_that_exports_share_is_not_ours()
    {
        var sample = await IncrementalSample.SampleAsync(Cancellation);
        sample.EditLine(0, line => line["dataFileS3Key"] = "Orders/AWSDynamoDB/data/abcdefghijklmnopqrstuvwxyz.json.gz");
        Assert.Contains((await sample.Reseal().OpenAsync(Cancellation)).Info.Findings, finding => finding.Kind == FindingKind.UnsafePath);
    }

    [Fact]
    public async Task A_lost_sidecar_is_damage_and_makes_no_export_of_it()
    {
        var sample = await IncrementalSample.SampleAsync(Cancellation);
        sample.Remove(BackupLayout.Sidecar);
        var backup = await sample.OpenAsync(Cancellation);
        Assert.True(backup.Info.IsDamaged);
        Assert.Equal((BackupType.Incremental, null, null), (backup.Info.Type, backup.Info.FromUtc, backup.Info.ToUtc));
    }

    [Fact]
    public async Task Without_the_time_that_it_is_of_no_backup_is_sealed()
    {
        var store = new MemoryStore();
        await Assert.ThrowsAsync<InvalidOperationException>(() => BackupSealer.SealAsync(store, BackupSample.Folder, IncrementalSample.Draft() with { ToUtc = null }, [], null, Cancellation));
        Assert.Empty(store.Names);
    }

    [Fact]
    public async Task Its_summary_is_that_of_an_incremental_export_whose_range_ends_before_the_second_after_its_last_one()
    {
        var sample = await IncrementalSample.SampleAsync(Cancellation);
        Assert.Equal(
            """{"version":"2023-08-01","exportArn":"arn:aws:dynamodb:eu-north-1:123456789012:table/Orders/export/01700000000000-0a1b2c3d","""
            + "\"startTime\":\"2023-11-14T22:13:20.000Z\",\"endTime\":\"2023-11-14T22:14:05.123Z\","
            + "\"tableArn\":\"arn:aws:dynamodb:eu-north-1:123456789012:table/Orders\",\"tableId\":\"5f1c-table-id\","
            + "\"exportFromTime\":\"2023-11-14T22:13:21.000Z\",\"exportToTime\":\"2023-11-14T22:14:06.000Z\","
            + "\"s3Bucket\":\"\",\"s3Prefix\":\"\",\"s3SseAlgorithm\":null,\"s3SseKmsKeyId\":null,"
            + "\"manifestFilesS3Key\":\"Orders/AWSDynamoDB/01700000000000-0a1b2c3d/manifest-files.json\","
            + "\"itemCount\":40,\"outputFormat\":\"DYNAMODB_JSON\",\"outputView\":\"NEW_AND_OLD_IMAGES\",\"exportType\":\"INCREMENTAL_EXPORT\",\"sidecar\":\"dynamobackup.json\"}",
            sample.Text(BackupLayout.Summary));
        var sidecar = JsonNode.Parse(sample.Text(BackupLayout.Sidecar))!.AsObject();
        Assert.False(sidecar.ContainsKey("itemBytes") || sidecar.ContainsKey("writeUnits"));
        Assert.Equal(ChangeSample.Measure(ChangeSample.Lines(40)).ToString(), sidecar["contentDigest"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public async Task A_sound_one_is_read_and_proved(int changes)
    {
        var backup = await BackupSample.Of(await IncrementalSample.CreateAsync(ChangeSample.Lines(changes), Cancellation)).OpenAsync(Cancellation);
        Assert.Empty(backup.Info.Findings);
        Assert.Equal((BackupType.Incremental, changes, "01699999990000-ffffffff", null), (backup.Info.Type, backup.Info.ItemCount, backup.Info.ParentId, backup.Info.ItemBytes));
        Assert.Equal((new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), new DateTime(2023, 11, 14, 22, 14, 5, DateTimeKind.Utc)), (backup.Info.FromUtc, backup.Info.ToUtc));
        Assert.Equal(IncrementalSample.Draft().Stream!.Arn, backup.Info.StreamArn);
        var verifier = new BackupVerifier(backup, new CollectedOutput());
        await verifier.RunAsync(VerificationLevel.Content, new KeyCheck(VerifyRun.DefinitionOf(backup)!.Key), Cancellation);
        Assert.Empty(verifier.Findings);
        Assert.Equal(ChangeSample.Measure(ChangeSample.Lines(changes)), verifier.Digest);
    }

    [Theory]
    [InlineData("no change", "{\"Item\":{\"Id\":{\"N\":\"1\"}}}", FindingKind.InvalidItem)]
    [InlineData("a key of another type", Metadata + "\"Keys\":{\"Id\":{\"S\":\"1\"}}}", FindingKind.KeyMissing)]
    [InlineData("another key", Metadata + "\"Keys\":{\"Other\":{\"N\":\"1\"}}}", FindingKind.KeyMissing)]
    [InlineData("more than the key", Metadata + "\"Keys\":{\"Id\":{\"N\":\"1\"},\"Other\":{\"N\":\"1\"}}}", FindingKind.KeyMissing)]
    [InlineData("an old image of another item", Metadata + "\"Keys\":{\"Id\":{\"N\":\"1\"}},\"OldImage\":{\"Id\":{\"N\":\"2\"}}}", FindingKind.KeyMissing)]
    [InlineData("a new image without the key", Metadata + "\"Keys\":{\"Id\":{\"N\":\"1\"}},\"NewImage\":{\"a\":{\"S\":\"x\"}}}", FindingKind.KeyMissing)]
    public async Task A_bad_line_is_found_with_its_number(string what, string line, FindingKind kind)
    {
        var (findings, _) = await ProveAsync($"{ChangeSample.Lines(1)[0]}\n{line}\n", 2);
        var finding = Assert.Single(findings, finding => finding.Kind != FindingKind.CountDiffers);
        Assert.Equal(kind, finding.Kind);
        Assert.True(finding.Detail.StartsWith("Line 2: ", StringComparison.Ordinal), what);
    }

    [Fact]
    public async Task A_key_that_is_spelled_otherwise_in_an_image_is_the_same_key()
    {
        const string Line = Metadata + "\"Keys\":{\"Id\":{\"N\":\"10\"}},\"NewImage\":{\"Id\":{\"N\":\"1E1\"}},\"OldImage\":{\"Id\": {\"N\":\"10.0\"}}}";
        var (findings, digest) = await ProveAsync(Line + "\n", 1);
        Assert.Empty(findings);
        Assert.Equal(ChangeSample.Measure([Line]), digest);
    }

    [Fact]
    public async Task A_lost_change_is_found() =>
        Assert.Equal(FindingKind.CountDiffers, Assert.Single((await ProveAsync($"{ChangeSample.Lines(1)[0]}\n", 2)).Findings).Kind);

    private static async Task AssertInconsistentAsync(BackupSample sample)
    {
        var backup = await sample.ResealSidecarAndSummary().OpenAsync(Cancellation);
        Assert.True(backup.Info.IsDamaged);
        Assert.Contains(backup.Info.Findings, finding => finding.Kind == FindingKind.ManifestInconsistent);
    }

    private static async Task<(IReadOnlyList<Finding> Findings, ContentDigest Digest)> ProveAsync(string text, int count)
    {
        var store = new MemoryStore();
        store["data/a.json"] = Encoding.UTF8.GetBytes(text);
        var file = new DataFile { Name = "data/a.json", Key = "data/a.json", ItemCount = count };
        var proof = await FileVerifier.OfChanges(store, file, new KeyCheck([new KeyAttribute("Id", "N")])).RunAsync(VerificationLevel.Content, Cancellation);
        return (proof.Findings, proof.Digest);
    }
}
