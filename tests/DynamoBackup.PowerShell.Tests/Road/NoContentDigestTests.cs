using System.Text;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>The main job without a content digest: what an admin sees of it.</summary>
public sealed class NoContentDigestTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task A_table_goes_there_and_back_without_a_digest()
    {
        var source = await CreateTableAsync(items: 120);
        var target = Dynalite.UniqueName("copy");

        var run = Shell.Run($"Backup-DynamoTable {source} $store -NoContentDigest -Verbose @aws");

        var backup = run.Single();
        Assert.Equal((120, null, null), (backup.Number("ItemCount"), backup.Properties["ItemBytes"].Value, backup.Properties["ContentDigest"].Value));
        Assert.Contains(run.Verbose, line => line.Contains("No content digest is computed", StringComparison.Ordinal));
        var listed = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Assert.Equal((backup.Text("Id"), null), (listed.Text("Id"), listed.Properties["ContentDigest"].Value));
        Assert.Empty(listed.Findings());
        Assert.Equal(true, Shell.Run("Test-DynamoBackup -Source $store -Level Live -Quiet @aws").Single().BaseObject);
        var restored = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single();
        Assert.True(restored.Is("Verified"));
        Assert.Matches("^v1:120:[0-9a-f]{64}$", restored.Text("ContentDigest"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
    }

    [Theory]
    [InlineData("Structure", false)]
    [InlineData("Checksum", false)]
    [InlineData("Content", true)]
    [InlineData("Live", true)]
    public async Task Every_level_is_valid_and_those_that_compute_a_digest_say_that_there_was_none(string level, bool computed)
    {
        var table = await CreateTableAsync(items: 30);
        var digest = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single().Text("ContentDigest");
        Shell.Run($"$backup = Backup-DynamoTable {table} $store -NoContentDigest @aws").Succeeded();

        var proof = Shell.Run($"$backup | Test-DynamoBackup -Level {level} @aws").Single();

        Assert.True(proof.Is("IsValid"));
        Assert.Equal(computed ? digest : null, proof.Properties["ContentDigest"].Value);
        Assert.Equal(computed ? [("DigestMissing", "Information")] : [], proof.Findings().Select(finding => (finding.Text("Kind"), finding.Text("Severity"))));
        Assert.All(proof.Findings(), finding => Assert.Contains("-NoContentDigest", finding.Text("Fix"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damage_is_found_by_the_checksum_and_refused_by_a_restore()
    {
        var table = await CreateTableAsync(items: 30);
        Shell.Run($"Backup-DynamoTable {table} $store -NoContentDigest @aws").Single();
        StoreFolder.Damage(Store.AnyDataFile);

        Assert.Equal("ChecksumDiffers", Assert.Single(Shell.Run("Test-DynamoBackup -Source $store").Single().Findings()).Text("Kind"));
        var error = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {table}-copy -Confirm:$false @aws").SingleError();
        Assert.StartsWith("BackupDamaged,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_destinations_get_the_same_backup()
    {
        var table = await CreateTableAsync(items: 40);
        Shell.Set("second", Folder.Combine("second"));

        var backups = Shell.Run($"Backup-DynamoTable {table} -Destination $store, $second -NoContentDigest @aws").Succeeded();

        Assert.Equal([Store.Path, Folder.Combine("second")], backups.Select(backup => backup.Text("Location")));
        Assert.Single(backups.Select(backup => (backup.Text("Id"), backup.Text("StoredBytes"), backup.Properties["ContentDigest"].Value)).Distinct());
        Assert.All(Shell.Run("Test-DynamoBackup -Source $store, $second -Level Content").Succeeded(), proof => Assert.True(proof.Is("IsValid")));
    }

    [Fact]
    public async Task A_page_with_an_item_of_two_lines_is_an_error_and_leaves_nothing()
    {
        var table = await CreateTableAsync(items: 10);
        await using var proxy = await StartProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan")
                exchange.ResponseBody = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(exchange.ResponseBody).Replace("{\"S\":", "{\n\"S\":", StringComparison.Ordinal));
            return Task.CompletedTask;
        };

        var error = Shell.Run($"Backup-DynamoTable {table} $store -NoContentDigest @aws").SingleError();

        Assert.Equal(("InvalidItem,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand", "InvalidData"), (error.FullyQualifiedErrorId, error.CategoryInfo.Category.ToString()));
        Assert.Contains("control character", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Store.Files);
    }
}
