using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using static DynamoBackup.Core.Tests.Manifests.Damage;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>Everything that can be wrong with manifests becomes a finding of the right kind about the right file, and never an exception.</summary>
public sealed class BackupDamageTests
{
    private static readonly (string File, string Property)[] Counts =
    [
        (BackupLayout.Summary, "itemCount"), (BackupLayout.Summary, "billedSizeBytes"),
        (BackupLayout.Sidecar, "itemCount"), (BackupLayout.Sidecar, "storedBytes"), (BackupLayout.Sidecar, "itemBytes"),
    ];

    [Fact]
    public async Task A_missing_summary_whose_checksum_is_there_is_damage_and_the_rest_is_still_told()
    {
        var backup = await FindAsync(sample => sample.Remove(BackupLayout.Summary), (FindingKind.ManifestDamaged, BackupLayout.Summary));
        Assert.Equal(("Orders", 30, 3), (backup.Info.TableName, backup.Info.ItemCount, backup.Info.FileCount));
    }

    [Fact]
    public Task A_missing_checksum_of_the_summary_is_damage() =>
        FindAsync(sample => sample.Remove(BackupLayout.SummaryMd5), (FindingKind.ManifestDamaged, BackupLayout.SummaryMd5));

    [Fact]
    public Task A_wrong_checksum_of_the_summary_is_found() =>
        FindAsync(sample => sample.Replace(BackupLayout.SummaryMd5, "1B2M2Y8AsgTpgAmY7PhCfg=="), (FindingKind.ChecksumDiffers, BackupLayout.Summary));

    [Fact]
    public Task A_cut_summary_is_found() =>
        FindAsync(sample => sample.Cut(BackupLayout.Summary, 10), (FindingKind.ChecksumDiffers, BackupLayout.Summary), (FindingKind.ManifestDamaged, BackupLayout.Summary));

    [Fact]
    public Task An_edited_count_in_the_summary_is_found_by_its_checksum_and_by_comparing() => FindAsync(
        sample => sample.Edit(BackupLayout.Summary, summary => summary["itemCount"] = 31),
        (FindingKind.ChecksumDiffers, BackupLayout.Summary), (FindingKind.ManifestInconsistent, BackupLayout.Summary), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task An_edited_count_in_the_summary_is_found_even_where_every_checksum_was_made_right() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Summary, summary => summary["itemCount"] = 29),
        (FindingKind.ManifestInconsistent, BackupLayout.Summary), (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("")]
    [InlineData("{\"itemCount\":\"thirty\"}")]
    [InlineData("{\"itemCount\":1e99}")]
    [InlineData("{\"itemCount\":30,\"tableArn\":{}}")]
    [InlineData("{\"tableArn\":\"\\ud800\"}")]
    [InlineData("<html>not found</html>")]
    public async Task A_summary_that_is_something_else_is_damage(string text)
    {
        var backup = await OpenResealedAsync(sample => sample.Replace(BackupLayout.Summary, text));
        Assert.Contains((FindingKind.ManifestDamaged, BackupLayout.Summary), Errors(backup));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Orders")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table/")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table/a\u001b[2Jb")]
    public async Task A_summary_that_names_no_table_is_damage(string? arn)
    {
        var backup = await OpenResealedAsync(sample => sample.Edit(BackupLayout.Summary, summary => summary["tableArn"] = arn));
        Assert.Contains((FindingKind.ManifestDamaged, BackupLayout.Summary), Errors(backup));
        Assert.DoesNotContain(backup.Info.TableName, char.IsControl);
    }

    [Fact]
    public Task A_full_backup_whose_summary_calls_it_incremental_does_not_agree_with_its_sidecar() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Summary, summary =>
        {
            summary["version"] = "2023-08-01";
            summary["exportType"] = "INCREMENTAL_EXPORT";
            summary["exportFromTime"] = "2023-11-14T22:13:21.000Z";
            summary["exportToTime"] = "2023-11-14T22:14:06.000Z";
        }),
        (FindingKind.ManifestInconsistent, BackupLayout.Sidecar));

    [Fact]
    public Task A_summary_of_a_full_versions_with_an_incremental_type_is_not_supported() => FindResealedAsync(
        sample => sample.Edit(BackupLayout.Summary, summary => summary["exportType"] = "INCREMENTAL_EXPORT"), (FindingKind.FormatNotSupported, BackupLayout.Summary));

    [Theory]
    [InlineData("version", "2031-01-01")]
    [InlineData("version", null)]
    [InlineData("outputFormat", "ION")]
    public Task A_format_that_is_not_read_is_not_supported(string property, string? value) =>
        FindResealedAsync(sample => sample.Edit(BackupLayout.Summary, summary => summary[property] = value), (FindingKind.FormatNotSupported, BackupLayout.Summary));

    [Fact]
    public async Task A_summary_larger_than_any_is_not_read_into_memory()
    {
        var backup = await OpenAsync(sample => sample.Replace(BackupLayout.Summary, "{\"x\":\"" + new string('x', 1 << 20) + "\"}"));
        Assert.Equal([(FindingKind.ManifestDamaged, BackupLayout.Summary)], Errors(backup));
        Assert.Contains("larger than a manifest can be", Assert.Single(backup.Info.Findings).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checksum_that_cannot_be_read_still_shows_that_there_was_a_backup()
    {
        // The summary is gone and its checksum is unreadable: to say "no backup" would let it be taken for an unfinished one, and be pruned.
        var backup = await OpenAsync(sample =>
        {
            sample.Remove(BackupLayout.Summary);
            sample.Replace(BackupLayout.SummaryMd5, new string('x', 5_000));
        });
        Assert.True(backup.Info.IsDamaged);
    }

    [Fact]
    public async Task Errors_come_before_what_is_only_worth_knowing()
    {
        var backup = await OpenAsync(sample =>
        {
            sample.Edit(BackupLayout.Summary, summary => (summary["s3Bucket"], summary["sidecar"]) = ("bucket", null));
            sample.Remove(BackupLayout.Sidecar);
            sample.Remove(BackupLayout.SidecarSha256);
        });
        Assert.Equal([FindingSeverity.Error, FindingSeverity.Information], backup.Info.Findings.Select(finding => finding.Severity));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    public async Task Hostile_counts_are_found_and_overflow_nothing(string count)
    {
        foreach (var (file, property) in Counts)
        {
            var backup = await OpenResealedAsync(sample => sample.Edit(file, json => json[property] = JsonNode.Parse(count)));
            if (property == "itemCount")
                Assert.Contains((FindingKind.ManifestInconsistent, BackupLayout.Sidecar), Errors(backup));
        }
    }
}
