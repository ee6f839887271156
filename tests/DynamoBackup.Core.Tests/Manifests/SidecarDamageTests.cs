using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using static DynamoBackup.Core.Tests.Manifests.Damage;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>Damage to the sidecar, and backups that never had one.</summary>
public sealed class SidecarDamageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_missing_sidecar_whose_checksum_is_there_is_damage() =>
        FindAsync(sample => sample.Remove(BackupLayout.Sidecar), (FindingKind.ManifestDamaged, BackupLayout.Sidecar));

    [Fact]
    public Task A_backup_outside_any_bucket_must_have_a_sidecar() => FindAsync(
        sample =>
        {
            sample.Remove(BackupLayout.Sidecar);
            sample.Remove(BackupLayout.SidecarSha256);
        },
        (FindingKind.ManifestDamaged, BackupLayout.Sidecar));

    [Fact]
    public async Task A_summary_that_names_a_sidecar_tells_a_lost_one_from_an_export_by_AWS()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Edit(BackupLayout.Summary, summary => summary["s3Bucket"] = "bucket");
        sample.Reseal();
        sample.Remove(BackupLayout.Sidecar);
        sample.Remove(BackupLayout.SidecarSha256);

        var finding = Assert.Single((await sample.OpenAsync(Cancellation)).Info.Findings);

        Assert.Equal((FindingSeverity.Error, FindingKind.ManifestDamaged, BackupLayout.Sidecar), (finding.Severity, finding.Kind, finding.File));
    }

    [Fact]
    public async Task An_export_by_AWS_has_none_and_is_sound_without()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Edit(BackupLayout.Summary, summary => (summary["s3Bucket"], summary["sidecar"]) = ("bucket", null));
        sample.Reseal();
        sample.Remove(BackupLayout.Sidecar);
        sample.Remove(BackupLayout.SidecarSha256);

        var backup = await sample.OpenAsync(Cancellation);

        Assert.False(backup.Info.IsDamaged);
        var finding = Assert.Single(backup.Info.Findings);
        Assert.Equal((FindingSeverity.Information, FindingKind.SidecarMissing, BackupLayout.Sidecar), (finding.Severity, finding.Kind, finding.File));
        Assert.Null(backup.Sidecar);
        Assert.Null(backup.Info.ContentDigest);
        Assert.Equal((30, 3, ReadConsistency.Unknown), (backup.Info.ItemCount, backup.Files.Count, backup.Info.Consistency));
        Assert.All(backup.Files, file => Assert.True(file is { Md5: not null, Sha256: null, StoredBytes: null, RawBytes: null, Digest: null }));
    }

    [Fact]
    public Task A_missing_checksum_of_the_sidecar_is_damage() =>
        FindAsync(sample => sample.Remove(BackupLayout.SidecarSha256), (FindingKind.ManifestDamaged, BackupLayout.SidecarSha256));

    [Fact]
    public async Task A_cut_sidecar_is_found_and_not_used()
    {
        var backup = await FindAsync(
            sample => sample.Cut(BackupLayout.Sidecar, 1), (FindingKind.ChecksumDiffers, BackupLayout.Sidecar), (FindingKind.ManifestDamaged, BackupLayout.Sidecar));
        Assert.Null(backup.Sidecar);
        Assert.Equal(3, backup.Files.Count);
    }

    [Fact]
    public Task An_edited_sidecar_is_found_by_its_checksum() =>
        FindAsync(sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["tool"] = "another"), (FindingKind.ChecksumDiffers, BackupLayout.Sidecar));

    [Fact]
    public async Task A_sidecar_of_a_newer_version_asks_for_an_update_and_is_not_guessed_at()
    {
        var backup = await FindResealedAsync(
            sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["schemaVersion"] = 2), (FindingKind.ManifestTooNew, BackupLayout.Sidecar));
        Assert.Null(backup.Sidecar);
        Assert.Contains("Update", Assert.Single(backup.Info.Findings).Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData(null)]
    public Task A_sidecar_without_a_version_is_damage(string? version) => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar =>
        {
            if (version is null)
                sidecar.Remove("schemaVersion");
            else
                sidecar["schemaVersion"] = JsonNode.Parse(version);
        }),
        (FindingKind.ManifestDamaged, BackupLayout.Sidecar));

    [Fact]
    public Task A_sidecar_of_another_backup_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["backupId"] = "01700000000001-0a1b2c3d"), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_sidecar_of_another_table_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["tableArn"] = BackupSample.Arn + "2"), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_files_manifest_that_the_sidecar_does_not_vouch_for_is_found() => FindAsync(
        sample =>
        {
            var manifest = sample.Text(BackupLayout.FilesManifest);
            sample.Replace(BackupLayout.FilesManifest, manifest + "\n");
            sample.Reseal();
            sample.Replace(BackupLayout.FilesManifest, manifest);
            sample.Replace(BackupLayout.FilesManifestMd5, Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes(manifest))));
        },
        (FindingKind.ChecksumDiffers, BackupLayout.FilesManifest));

    [Fact]
    public Task A_count_that_differs_from_the_summarys_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["itemCount"] = 31),
        (FindingKind.ManifestInconsistent, BackupLayout.Sidecar), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_digest_that_the_files_do_not_add_up_to_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["contentDigest"] = Flip((string)sidecar["contentDigest"]!)),
        (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_files_digest_that_does_not_add_up_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["files"]![1]!["contentDigest"] = Flip((string)sidecar["files"]![1]!["contentDigest"]!)),
        (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v2:30:00")]
    public Task A_digest_that_cannot_be_read_is_found(string? digest) => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["contentDigest"] = digest), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_digest_in_a_backup_that_was_made_without_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["scan"]!["contentDigest"] = false), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_digest_is_missed_only_where_the_backup_was_not_made_without(bool recorded)
    {
        var backup = await OpenResealedAsync(sample => sample.Edit(BackupLayout.Sidecar, sidecar =>
        {
            if (recorded)
                sidecar["scan"]!["contentDigest"] = false;
            foreach (var part in sidecar["files"]!.AsArray().Append(sidecar))
                part!.AsObject().Remove("contentDigest");
        }));
        Assert.Equal(recorded ? [] : [(FindingKind.ManifestInconsistent, BackupLayout.Sidecar)], Errors(backup));
        Assert.Equal(!recorded, backup.Info.IsDamaged);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("[{\"name\":\"data/x.json.gz\"},{\"name\":\"data/x.json.gz\"}]")]
    [InlineData("[{\"name\":\"../../x\",\"storedBytes\":-1}]")]
    public async Task A_list_of_files_that_is_hostile_is_found_and_no_exception(string files)
    {
        var backup = await OpenResealedAsync(sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["files"] = JsonNode.Parse(files)));
        Assert.Contains((FindingKind.ManifestInconsistent, BackupLayout.FilesManifest), Errors(backup));
        Assert.Equal(3, backup.Files.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"table\":null}")]
    [InlineData("{\"table\":17}")]
    [InlineData("{\"table\":{\"KeySchema\":[],\"AttributeDefinitions\":{}}}")]
    [InlineData("{\"table\":{\"KeySchema\":[{\"AttributeName\":\"Id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[]}}")]
    [InlineData("{\"table\":{\"KeySchema\":[{\"AttributeName\":null,\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"Id\",\"AttributeType\":\"N\"}]}}")]
    [InlineData("{\"table\":{\"KeySchema\":[],\"AttributeDefinitions\":[{\"AttributeName\":\"Id\",\"AttributeType\":\"N\"},{\"AttributeName\":\"Id\",\"AttributeType\":\"S\"}]}}")]
    [InlineData("{\"table\":{\"KeySchema\":[{\"AttributeName\":\"Id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"Id\",\"AttributeType\":\"\"}]}}")]
    [InlineData("{\"table\":{\"KeySchema\":[{\"AttributeName\":\"Id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"Id\",\"AttributeType\":null}]}}")]
    public async Task A_definition_that_cannot_be_read_is_none_and_no_exception(string definition)
    {
        var backup = await OpenResealedAsync(sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["definition"] = JsonNode.Parse(definition)));
        Assert.Null(VerifyRun.DefinitionOf(backup));
    }

    private static string Flip(string digest) => digest[..^1] + (digest[^1] == '0' ? '1' : '0');
}
