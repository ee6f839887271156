using System.Security.Cryptography;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>A damaged backup is listed as such, and refused by a restore before anything is written.</summary>
public sealed class DamageTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("gzip", 30)]
    [InlineData("zstd", 30)]
    [InlineData("none", 30)]
    public async Task A_flipped_byte_in_the_data_is_found_before_anything_is_written(string compression, int items)
    {
        var table = await CreateTableAsync(items);
        Shell.Run($"Backup-DynamoTable {table} $store -Compression {compression} @aws").Single();
        StoreFolder.Damage(Store.AnyDataFile);
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "Test-DynamoBackup shows all findings");
        Assert.False(Shell.Run($"Get-DynamoBackup {table} $store").Single().Is("IsDamaged"), "Get reads no data files.");
    }

    [Fact]
    public async Task A_missing_data_file_is_found_before_anything_is_written()
    {
        var table = await CreateBackupAsync(items: 30);
        File.Delete(Store.AnyDataFile);
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "Test-DynamoBackup shows all findings");
    }

    [Theory]
    [InlineData("manifest-summary.json")]
    [InlineData("manifest-files.json")]
    [InlineData("manifest-files.md5")]
    [InlineData("dynamobackup.json")]
    [InlineData("dynamobackup.json.sha256")]
    [InlineData("manifest-summary.md5")]
    public async Task A_missing_manifest_is_found_and_nothing_written(string name)
    {
        var table = await CreateBackupAsync(items: 30);
        File.Delete(Store.FileEndingIn("/" + name));
        AssertListedAsDamaged(table, "ManifestDamaged");
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "another copy of this backup");
    }

    [Theory]
    [InlineData("manifest-summary.json")]
    [InlineData("manifest-files.json")]
    [InlineData("dynamobackup.json")]
    public async Task A_cut_manifest_is_found_and_nothing_written(string name)
    {
        var table = await CreateBackupAsync(items: 30);
        var file = Store.FileEndingIn("/" + name);
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Cancel))[..^20], Cancel);
        AssertListedAsDamaged(table, "ManifestDamaged");
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "another copy of this backup");
    }

    [Theory]
    [InlineData("manifest-summary.json")]
    [InlineData("manifest-files.json")]
    [InlineData("dynamobackup.json")]
    public async Task A_flipped_byte_in_a_manifest_is_found_and_nothing_written(string name)
    {
        var table = await CreateBackupAsync(items: 30);
        var file = Store.FileEndingIn("/" + name);
        var text = await File.ReadAllTextAsync(file, Cancel);

        // A digit of a count becomes another digit: the manifest stays well-formed.
        var position = text.IndexOfAny([.. "123456789"], text.IndexOf("itemCount", StringComparison.Ordinal));
        StoreFolder.Damage(file, position, mask: 1);
        Assert.Contains(Shell.Run("Get-DynamoBackup -Source $store").Single().Findings(), finding => finding.Text("Kind") is "ChecksumDiffers" or "ManifestDamaged");
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "another copy of this backup");
    }

    [Fact]
    public async Task A_backup_of_a_newer_version_is_not_called_damaged_and_asks_for_an_update()
    {
        var table = await CreateBackupAsync(items: 30);
        var file = Store.FileEndingIn("/dynamobackup.json");
        var text = (await File.ReadAllTextAsync(file, Cancel)).Replace("\"schemaVersion\": 1", "\"schemaVersion\": 2", StringComparison.Ordinal);
        Assert.Contains("\"schemaVersion\": 2", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, Cancel);
        await File.WriteAllTextAsync(file + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Cancel)))}  dynamobackup.json\n", Cancel);

        AssertListedAsDamaged(table, "ManifestTooNew");
        await AssertRefusedAsync(table, "ManifestTooNew", "NotImplemented", "Update the DynamoBackup module");
    }

    [Fact]
    public async Task One_damaged_backup_does_not_stop_the_others()
    {
        var (bad, good) = (await CreateBackupAsync(items: 30), Dynalite.UniqueName("zgood"));
        StoreFolder.Damage(Store.AnyDataFile);
        await CreateBackupAsync(name: good);
        await Dynalite.DeleteAsync(bad, good);

        var run = Shell.Run("Restore-DynamoTable '*' $store -Confirm:$false @aws");
        ExpectedError.Of("Restore", "BackupDamaged", "InvalidData", bad, "Test-DynamoBackup shows all findings").AssertIs(run.SingleError());
        Assert.Equal(good, Assert.Single(run.Output).Text("TableName"));
        Assert.False(await Dynalite.ExistsAsync(bad));
        Assert.Equal([false, true], Shell.Run("Test-DynamoBackup -Source $store").Succeeded().Select(proof => proof.Is("IsValid")));
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_backup_is_refused()
    {
        var table = await CreateBackupAsync(items: 30);
        var file = Store.FileEndingIn("/manifest-files.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel)).Replace("/data/", "/data/../../../../", StringComparison.Ordinal), Cancel);
        var proof = Shell.Run($"Test-DynamoBackup {table} $store").Single();
        Assert.Contains(proof.Findings(), finding => finding.Text("Kind") == "UnsafePath");
        await AssertRefusedAsync(table, "BackupDamaged", "InvalidData", "Test-DynamoBackup shows all findings");
    }

    private void AssertListedAsDamaged(string table, string kind)
    {
        var listed = Shell.Run($"Get-DynamoBackup {table} $store").Single();
        Assert.True(listed.Is("IsDamaged"));
        Assert.Contains(listed.Findings(), finding => finding.Text("Kind") == kind && finding.Text("Severity") == "Error");
        Assert.False(Shell.Run($"Test-DynamoBackup {table} $store -Level Structure").Single().Is("IsValid"));
    }

    private async Task AssertRefusedAsync(string table, string id, string category, string nextStep)
    {
        var before = await Dynalite.ReadAsync(table);
        await using var proxy = await StartProxyAsync();
        foreach (var way in new[] { $"-TargetTable {table}-copy", "-Mode Overwrite -Force" })
        {
            var run = Shell.Run($"Restore-DynamoTable {table} $store {way} -Confirm:$false @aws");
            ExpectedError.Of("Restore", id, category, table, nextStep).AssertIs(run.SingleError());
            Assert.Empty(run.Output);
        }

        Assert.Equal((0, 0), (proxy.RequestCount("CreateTable"), proxy.RequestCount("BatchWriteItem")));
        Assert.False(await Dynalite.ExistsAsync(table + "-copy"));
        Assert.Equal(before, await Dynalite.ReadAsync(table));
    }
}
