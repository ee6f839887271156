using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DynamoBackup.Core.Tests.Manifests;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Manifests;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Verify;

/// <summary>A backup as a whole: what no single file's check can see.</summary>
public sealed class BackupVerifierTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task A_sound_backup_has_no_finding_and_its_items_digest(BackupCompression compression)
    {
        var sample = await BackupSample.CreateAsync(Cancellation, compression);
        var verifier = await VerifyAsync(sample, VerificationLevel.Content);
        Assert.Empty(verifier.Findings);
        Assert.Equal(SegmentSample.Measure(SegmentSample.Items(30)).Digest, verifier.Digest);
        Assert.Equal(sample.Sidecar.StoredBytes, verifier.BytesRead);
    }

    [Fact]
    public async Task What_was_found_in_the_manifests_is_told_again()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Remove(BackupLayout.SummaryMd5);
        Assert.Equal([FindingKind.ManifestDamaged], Kinds(await VerifyAsync(sample, VerificationLevel.Structure)));
    }

    [Fact]
    public async Task A_file_that_no_manifest_names_is_a_warning()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Replace("data/stray.json.gz", "x");
        sample.Replace("_stray.json", "{}");
        var verifier = await VerifyAsync(sample, VerificationLevel.Structure);
        Assert.Equal(["_stray.json", "data/stray.json.gz"], verifier.Findings.Select(finding => finding.File));
        Assert.All(verifier.Findings, finding => Assert.Equal((FindingSeverity.Warning, FindingKind.UnknownFile), (finding.Severity, finding.Kind)));
    }

    [Fact]
    public async Task Damage_to_each_of_several_files_is_told_for_each()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var files = (await sample.OpenAsync(Cancellation)).Files;
        sample.Remove(files[0].Name);
        sample.Store[files[1].Key][30] ^= 1;
        var verifier = await VerifyAsync(sample, VerificationLevel.Checksum);
        Assert.Equal([(FindingKind.FileMissing, files[0].Name), (FindingKind.ChecksumDiffers, files[1].Name)], verifier.Findings.Select(finding => (finding.Kind, finding.File)));
    }

    [Fact]
    public async Task A_changed_item_is_found_by_the_digest_even_where_all_checksums_were_made_right()
    {
        // Whoever edits an item and every checksum and digest of its file still does not meet the digest of the whole.
        var sample = await BackupSample.CreateAsync(Cancellation, BackupCompression.None);
        var file = (await sample.OpenAsync(Cancellation)).Files[1];
        var text = sample.Text(file.Name).Replace("\"Id\":{\"N\":\"15\"}", "\"Id\":{\"N\":\"51\"}", StringComparison.Ordinal);
        sample.Replace(file.Name, text);
        var items = text.TrimEnd().Split('\n').Select(line => line["{\"Item\":".Length..^1]);
        var content = sample.Store[file.Key];
        sample.EditLine(1, line => line["md5Checksum"] = Convert.ToBase64String(MD5.HashData(content)));
        sample.Edit(BackupLayout.Sidecar, sidecar =>
        {
            sidecar["files"]![1]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content));
            sidecar["files"]![1]!["contentDigest"] = SegmentSample.Measure(items).Digest.ToString();
        });
        sample.Reseal();

        var verifier = await VerifyAsync(sample, VerificationLevel.Content);

        Assert.Equal([FindingKind.ManifestInconsistent, FindingKind.ContentDiffers], Kinds(verifier));
        Assert.Empty(Kinds(await VerifyAsync(await BackupSample.CreateAsync(Cancellation, BackupCompression.None), VerificationLevel.Content)));
    }

    [Fact]
    public async Task Without_a_sidecar_the_number_of_items_is_compared_with_the_summary()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Edit(BackupLayout.Summary, summary => (summary["s3Bucket"], summary["sidecar"], summary["itemCount"]) = ("bucket", null, 31));
        sample.EditLine(0, line => line["itemCount"] = 11);
        sample.Reseal();
        sample.Remove(BackupLayout.Sidecar);
        sample.Remove(BackupLayout.SidecarSha256);
        var verifier = await VerifyAsync(sample, VerificationLevel.Content);
        // Once about the file and once about the whole, beside the information that there is no sidecar.
        Assert.Equal([FindingKind.SidecarMissing, FindingKind.CountDiffers, FindingKind.CountDiffers], Kinds(verifier));
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("-1")]
    public async Task Hostile_sizes_in_the_sidecar_are_differences_and_overflow_nothing(string size)
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Edit(BackupLayout.Sidecar, sidecar =>
        {
            foreach (var file in sidecar["files"]!.AsArray())
                file!["storedBytes"] = JsonNode.Parse(size);
        });
        sample.Reseal();
        var verifier = await VerifyAsync(sample, VerificationLevel.Content);
        Assert.Equal(Enumerable.Repeat(FindingKind.SizeDiffers, 3), Kinds(verifier));
    }

    private static async Task<BackupVerifier> VerifyAsync(BackupSample sample, VerificationLevel level)
    {
        var backup = await sample.OpenAsync(Cancellation);
        var verifier = new BackupVerifier(backup, new SilentOutput());
        await verifier.RunAsync(level, new KeyCheck(VerifyRun.DefinitionOf(backup)?.Key ?? []), Cancellation);
        Assert.Equal(level >= VerificationLevel.Content, verifier.Digest.Count > new ContentDigest().Count);
        return verifier;
    }

    private static IEnumerable<FindingKind> Kinds(BackupVerifier verifier) => verifier.Findings.Select(finding => finding.Kind);

    /// <summary>Verification has nothing to say beside its findings and its progress.</summary>
    private sealed class SilentOutput : IRunOutput
    {
        public void Result(object result) => Assert.Fail("No result is expected here.");

        public void Error(DynamoBackupException error) => Assert.Fail(error.Message);

        public void Warning(string message) => Assert.Fail(message);

        public void Verbose(string message) => Assert.NotEmpty(message);

        public void Debug(string message) => Assert.NotEmpty(message);

        public void Progress(BackupProgress progress) => Assert.NotNull(progress);
    }
}
