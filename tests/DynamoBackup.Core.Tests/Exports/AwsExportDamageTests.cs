using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>A damaged export names the file that is damaged, and is not restored.</summary>
public sealed class AwsExportDamageTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    [Theory]
    [InlineData("manifest-files.json", FindingKind.ManifestDamaged)]
    [InlineData("manifest-files.md5", FindingKind.ManifestDamaged)]
    [InlineData("manifest-summary.json", FindingKind.ManifestDamaged)]
    [InlineData("manifest-summary.md5", FindingKind.ManifestDamaged)]
    public async Task A_missing_manifest(string name, FindingKind kind)
    {
        var backup = await ExportAsync();
        File.Delete(PathOf(backup, name));
        backup = Assert.Single(await ListAsync());
        Assert.True(backup.IsDamaged);
        Assert.Contains(backup.Findings, finding => finding.Severity == FindingSeverity.Error && (finding.Kind, finding.File) == (kind, name));
        await AssertNotRestoredAsync(backup, name);
    }

    [Theory]
    [InlineData("manifest-files.json")]
    [InlineData("manifest-summary.json")]
    public async Task An_edited_manifest(string name)
    {
        var backup = await ExportAsync();
        File.AppendAllText(PathOf(backup, name), " ");
        backup = Assert.Single(await ListAsync());
        var error = Assert.Single(backup.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((FindingKind.ChecksumDiffers, name), (error.Kind, error.File));
        await AssertNotRestoredAsync(backup, name);
    }

    [Fact]
    public async Task A_missing_data_file()
    {
        var backup = await ExportAsync();
        File.Delete(PathOf(backup, DataFileOf(backup)));
        await AssertFoundAsync(backup, VerificationLevel.Structure, FindingKind.FileMissing, DataFileOf(backup));
        await AssertNotRestoredAsync(backup, DataFileOf(backup));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(100)]
    public async Task A_cut_data_file(int bytes)
    {
        var backup = await ExportAsync();
        var path = PathOf(backup, DataFileOf(backup));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^bytes]);
        await AssertFoundAsync(backup, VerificationLevel.Checksum, FindingKind.ChecksumDiffers, DataFileOf(backup));
        await AssertNotRestoredAsync(backup, DataFileOf(backup));
    }

    [Fact]
    public async Task A_data_file_with_an_edited_line()
    {
        var backup = await ExportAsync();
        Rewrite(backup, 2, text => text.Replace("\"N\":\"18\"", "\"N\":\"19\"", StringComparison.Ordinal), reseal: false);
        await AssertFoundAsync(backup, VerificationLevel.Checksum, FindingKind.ChecksumDiffers, DataFileOf(backup, 2));
        await AssertNotRestoredAsync(backup, DataFileOf(backup, 2));
    }

    [Fact]
    public async Task A_wrong_checksum_in_the_manifest()
    {
        var backup = await ExportAsync();
        EditLine(backup, 3, line => line["md5Checksum"] = Convert.ToBase64String(new byte[16]));
        await AssertFoundAsync(backup, VerificationLevel.Checksum, FindingKind.ChecksumDiffers, DataFileOf(backup, 3));
        await AssertNotRestoredAsync(backup, DataFileOf(backup, 3));
    }

    [Fact]
    public async Task No_checksum_in_the_manifest_which_would_let_anything_pass()
    {
        var backup = await ExportAsync();
        EditLine(backup, 0, line => line.AsObject().Remove("md5Checksum"));
        backup = Assert.Single(await ListAsync());
        var error = Assert.Single(backup.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Contains(DataFileOf(backup), error.Detail, StringComparison.Ordinal);
        await AssertNotRestoredAsync(backup, "manifest-files.json");
    }

    [Theory]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"1\"}", FindingKind.InvalidItem)]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"one\"}}}", FindingKind.InvalidItem)]
    [InlineData("{\"Keys\":{\"Id\":{\"N\":\"1\"}}}", FindingKind.InvalidItem)]
    public async Task A_line_that_is_no_item_though_every_checksum_agrees(string line, FindingKind kind)
    {
        var backup = await ExportAsync();
        Rewrite(backup, 0, text => $"{line}\n{text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]}", reseal: true);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Checksum)).IsValid);
        var findings = await AssertFoundAsync(backup, VerificationLevel.Content, kind, DataFileOf(backup));
        Assert.Contains(findings, finding => finding.Detail.StartsWith("Line 1: ", StringComparison.Ordinal));
        await AssertNotRestoredAsync(backup, DataFileOf(backup));
    }

    [Fact]
    public async Task A_lost_line_though_every_checksum_agrees()
    {
        var backup = await ExportAsync();
        Rewrite(backup, 0, text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..], reseal: true);
        await AssertFoundAsync(backup, VerificationLevel.Content, FindingKind.CountDiffers, DataFileOf(backup));
        await AssertNotRestoredAsync(backup, DataFileOf(backup));
    }

    [Theory]
    [InlineData("../../secret.json.gz")]
    [InlineData("/etc/passwd")]
    [InlineData("AWSDynamoDB/01604474914028-ffffffff/data/x.json.gz")]
    [InlineData("AWSDynamoDB/data/x.json.gz")]
    public async Task A_name_that_leads_out_of_the_export(string key)
    {
        var backup = await ExportAsync();
        EditLine(backup, 0, line => line["dataFileS3Key"] = key);
        backup = Assert.Single(await ListAsync());
        Assert.Contains(backup.Findings, finding => finding.Kind == FindingKind.UnsafePath);
        await AssertNotRestoredAsync(backup, "manifest-files.json");
    }

    private async Task<IReadOnlyList<Finding>> AssertFoundAsync(BackupInfo backup, VerificationLevel level, FindingKind kind, string file)
    {
        var result = await VerifyAsync(backup, level);
        Assert.False(result.IsValid);
        Assert.Contains(result.Findings, finding => (finding.Kind, finding.File, finding.Severity) == (kind, file, FindingSeverity.Error));
        return result.Findings;
    }

    private async Task AssertNotRestoredAsync(BackupInfo backup, string file)
    {
        var table = await NewTableAsync("Id N");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Contains(error.Code, new[] { BackupErrorCode.BackupDamaged, BackupErrorCode.UnsafePath });
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    /// <summary>Rewrites one data file's text; resealing makes every checksum right again.</summary>
    private void Rewrite(BackupInfo backup, int index, Func<string, string> change, bool reseal)
    {
        var path = PathOf(backup, DataFileOf(backup, index));
        string text;
        using (var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress)))
            text = reader.ReadToEnd();
        Assert.NotEqual(text, change(text));
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(change(text)));
        if (reseal)
            EditLine(backup, index, line => line["md5Checksum"] = Convert.ToBase64String(MD5.HashData(File.ReadAllBytes(path))));
    }
}
