using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using static DynamoBackup.Core.Tests.Manifests.Damage;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>Damage to manifest-files.json.</summary>
public sealed class FilesManifestTests
{
    [Fact]
    public async Task A_missing_files_manifest_is_damage()
    {
        var backup = await OpenAsync(sample => sample.Remove(BackupLayout.FilesManifest));
        Assert.Contains((FindingKind.ManifestDamaged, BackupLayout.FilesManifest), Errors(backup));
        Assert.Empty(backup.Files);
        Assert.Equal(("Orders", 30), (backup.Info.TableName, backup.Info.ItemCount));
    }

    [Fact]
    public Task A_missing_checksum_of_it_is_damage() =>
        FindAsync(sample => sample.Remove(BackupLayout.FilesManifestMd5), (FindingKind.ManifestDamaged, BackupLayout.FilesManifestMd5));

    [Fact]
    public async Task A_cut_files_manifest_is_found_by_both_checksums_by_its_lines_and_by_its_sums()
    {
        var backup = await FindAsync(
            sample => sample.Cut(BackupLayout.FilesManifest, 20),
            (FindingKind.ChecksumDiffers, BackupLayout.FilesManifest), (FindingKind.ChecksumDiffers, BackupLayout.FilesManifest),
            (FindingKind.ManifestDamaged, BackupLayout.FilesManifest), (FindingKind.ManifestInconsistent, BackupLayout.FilesManifest),
            (FindingKind.ManifestInconsistent, BackupLayout.Summary), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));
        Assert.Equal(2, backup.Files.Count);
    }

    [Fact]
    public Task A_line_that_was_taken_out_is_found_even_where_every_checksum_was_made_right() => FindResealedAsync(
        sample => sample.Replace(BackupLayout.FilesManifest, string.Join('\n', sample.Text(BackupLayout.FilesManifest).Split('\n')[..2]) + "\n"),
        (FindingKind.ManifestInconsistent, BackupLayout.FilesManifest),
        (FindingKind.ManifestInconsistent, BackupLayout.Summary), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public async Task A_line_that_stands_twice_is_found_and_counts_once()
    {
        var backup = await FindResealedAsync(
            sample => sample.Replace(BackupLayout.FilesManifest, sample.Text(BackupLayout.FilesManifest) + sample.Text(BackupLayout.FilesManifest).Split('\n')[0] + "\n"),
            (FindingKind.ManifestInconsistent, BackupLayout.FilesManifest));
        Assert.Equal(3, backup.Files.Count);
    }

    [Fact]
    public Task A_file_that_the_sidecar_does_not_list_is_found() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Sidecar, sidecar => sidecar["files"]!.AsArray().RemoveAt(1)), (FindingKind.ManifestInconsistent, BackupLayout.FilesManifest));

    [Fact]
    public Task A_count_that_differs_from_the_sidecars_is_found() => FindResealedAsync(
        sample => sample.EditLine(2, line => line["itemCount"] = 11),
        (FindingKind.ManifestInconsistent, BackupLayout.FilesManifest), (FindingKind.ManifestInconsistent, BackupLayout.Summary));

    [Theory]
    [InlineData("-1")]
    [InlineData("1000000000000")]
    [InlineData("9223372036854775807")]
    [InlineData("1e300")]
    [InlineData("\"10\"")]
    [InlineData("null")]
    [InlineData("10.5")]
    public async Task A_hostile_count_is_damage_and_its_file_is_not_used(string count)
    {
        var backup = await OpenResealedAsync(sample => sample.EditLine(0, line => line["itemCount"] = JsonNode.Parse(count)));
        Assert.Contains((FindingKind.ManifestDamaged, BackupLayout.FilesManifest), Errors(backup));
        Assert.Equal(2, backup.Files.Count);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"itemCount\":0,\"md5Checksum\":\"x\"}")]
    [InlineData("{\"itemCount\":0,\"dataFileS3Key\":null}")]
    [InlineData("{\"itemCount\":0,\"dataFileS3Key\":17}")]
    [InlineData("{\"itemCount\":0,\"dataFileS3Key\":\"\\ud800\"}")]
    public Task A_line_that_is_something_else_is_damage_and_the_others_are_used(string line) => FindResealedAsync(
        sample => sample.Replace(BackupLayout.FilesManifest, line + "\n" + sample.Text(BackupLayout.FilesManifest)), (FindingKind.ManifestDamaged, BackupLayout.FilesManifest));

    [Fact]
    public Task Blank_lines_and_carriage_returns_are_no_damage() => FindResealedAsync(
        sample => sample.Replace(BackupLayout.FilesManifest, "\n" + sample.Text(BackupLayout.FilesManifest).Replace("\n", "\r\n\r\n", StringComparison.Ordinal)));

    [Fact]
    public async Task A_finding_about_a_line_tells_its_number()
    {
        var backup = await OpenResealedAsync(sample => sample.Replace(BackupLayout.FilesManifest, sample.Text(BackupLayout.FilesManifest) + "\nbroken\n"));
        Assert.Contains("Line 5 ", Assert.Single(backup.Info.Findings).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_manifest_of_very_many_lines_does_not_make_as_many_findings()
    {
        var backup = await OpenResealedAsync(sample => sample.Replace(BackupLayout.FilesManifest, string.Concat(Enumerable.Repeat("x\n", 50_000))));
        Assert.True(backup.Info.IsDamaged);
        Assert.InRange(backup.Info.Findings.Count, 1, 1_000);
    }
}
