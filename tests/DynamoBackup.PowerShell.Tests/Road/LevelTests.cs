using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

public sealed class LevelTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("Structure")]
    [InlineData("Checksum")]
    [InlineData("Content")]
    [InlineData("Live")]
    public async Task A_proof_is_described_in_full(string level)
    {
        var table = await CreateTableAsync(items: 30);
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var proof = Shell.Run($"Test-DynamoBackup {table} $store -Level {level} @aws").Single();

        Assert.Equal("DynamoBackup.BackupVerification", proof.TypeNames[0]);
        Assert.True(proof.Is("IsValid"));
        Assert.Equal(level, proof.Text("Level"));
        foreach (var same in new[] { "TableName", "TableArn", "Id", "Location", "ItemCount", "ContentDigest" })
            Assert.Equal(backup.Text(same), proof.Text(same));
        Assert.Equal(level == "Structure" ? 0 : backup.Number("StoredBytes"), proof.Number("BytesRead"));
        Assert.True(proof.Get<TimeSpan>("Duration") > TimeSpan.Zero);
        Assert.Empty(proof.Findings());
    }

    [Fact]
    public async Task Checksum_is_the_level_without_being_asked()
    {
        await CreateBackupAsync();
        Assert.Equal("Checksum", Shell.Run("Test-DynamoBackup -Source $store").Single().Text("Level"));
    }

    [Fact]
    public async Task A_flipped_byte_passes_Structure_and_fails_every_higher_level()
    {
        var table = await CreateBackupAsync();
        StoreFolder.Damage(Store.AnyDataFile);
        Assert.True(Shell.Run("Test-DynamoBackup -Source $store -Level Structure").Single().Is("IsValid"));
        foreach (var level in new[] { "Checksum", "Content", "Live" })
        {
            var proof = Shell.Run($"Test-DynamoBackup {table} $store -Level {level} @aws").Single();
            Assert.False(proof.Is("IsValid"), level);
            Assert.Contains(proof.Findings(), finding => finding.Text("Kind") == "ChecksumDiffers" && Store.AnyDataFile.EndsWith(finding.Text("File"), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Gzip", 40)]
    [InlineData("Zstd", 40)]
    [InlineData("None", 0)]
    public async Task A_checksum_that_differs_stands_before_what_follows_from_it(string compression, int position)
    {
        var table = await CreateTableAsync(items: 30);
        Shell.Run($"Backup-DynamoTable {table} $store -Compression {compression} -Segments 1 @aws").Single();
        StoreFolder.Damage(Store.AnyDataFile, position);
        var findings = Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws").Single().Findings();
        Assert.True(findings.Count > 1);
        Assert.Equal("ChecksumDiffers", findings[0].Text("Kind"));
    }

    [Theory]
    [InlineData("delete", "FileMissing")]
    [InlineData("cut", "SizeDiffers")]
    public async Task A_missing_or_cut_file_fails_at_Structure(string damage, string kind)
    {
        await CreateBackupAsync();
        var file = Store.AnyDataFile;
        if (damage == "delete") File.Delete(file);
        else await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Cancel))[..^1], Cancel);

        var proof = Shell.Run("Test-DynamoBackup -Source $store -Level Structure").Single();
        Assert.False(proof.Is("IsValid"));
        var finding = Assert.Single(proof.Findings());
        Assert.Equal((kind, "Error"), (finding.Text("Kind"), finding.Text("Severity")));
        Assert.NotEmpty(finding.Text("Fix"));
    }

    [Fact]
    public async Task Live_finds_a_table_that_was_written_to()
    {
        var table = await CreateBackupAsync(items: 5);
        await Dynalite.Client.PutItemAsync(table, new() { [TableShape.HashKey] = Attr.S("new") }, Cancel);
        var more = Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws").Single();
        Assert.Equal("LiveDiffers", Assert.Single(more.Findings()).Text("Kind"));
        Assert.Contains("6 items, the backup 5", more.Findings()[0].Text("Detail"), StringComparison.Ordinal);

        await Dynalite.Client.DeleteItemAsync(table, MixedItemKey(0), Cancel);
        var other = Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws").Single();
        Assert.False(other.Is("IsValid"));
        Assert.Contains("not the same", other.Findings()[0].Text("Detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_says_so_where_there_is_no_table()
    {
        var table = await CreateBackupAsync();
        var proof = Shell.Run($"Test-DynamoBackup {table} $store -Level Live -TargetTable no-such-table @aws").Single();
        Assert.False(proof.Is("IsValid"));
        Assert.Equal(("LiveUnreadable", "no-such-table"), (proof.Findings()[0].Text("Kind"), proof.Findings()[0].Text("File")));
    }

    [Fact]
    public async Task A_stray_file_is_a_warning_and_the_backup_valid()
    {
        await CreateBackupAsync();
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Store.AnyDataFile)!, "stray.txt"), "?", Cancel);
        var proof = Shell.Run("Test-DynamoBackup -Source $store").Single();
        Assert.True(proof.Is("IsValid"));
        Assert.Equal(("UnknownFile", "Warning"), (proof.Findings()[0].Text("Kind"), proof.Findings()[0].Text("Severity")));
    }

    [Fact]
    public async Task Quiet_answers_true_or_false_and_nothing_else()
    {
        var good = await CreateBackupAsync();
        Assert.Equal(true, Shell.Run("Test-DynamoBackup -Source $store -Quiet").Single().BaseObject);
        StoreFolder.Damage(Store.AnyDataFile);
        Assert.Equal(false, Shell.Run("Test-DynamoBackup -Source $store -Quiet").Single().BaseObject);
        Assert.Equal("whole", Shell.Run($"if (Test-DynamoBackup {good} $store -Quiet -Level Structure) {{ 'whole' }}").Single().BaseObject);
    }

    [Fact]
    public async Task Only_the_chosen_backups_are_tested()
    {
        var table = await CreateTableAsync();
        await CreateBackupAsync();
        var made = Shell.Run($"Backup-DynamoTable {table}, {table} $store @aws").Succeeded();
        Shell.Set("id", made[0].Text("Id"));
        Assert.Equal(3, Shell.Run("Test-DynamoBackup -Source $store").Succeeded().Count);
        Assert.Equal(2, Shell.Run("Test-DynamoBackup -Source $store -Latest").Succeeded().Count);
        Assert.Equal(made[0].Text("Id"), Shell.Run("Test-DynamoBackup -Source $store -Id $id").Single().Text("Id"));
        Assert.Equal(made[1].Text("Id"), Shell.Run($"Test-DynamoBackup '{table[..^2]}*' $store -Latest").Single().Text("Id"));
    }

    private static Dictionary<string, AttributeValue> MixedItemKey(int index) => new() { [TableShape.HashKey] = Attr.S(MixedItems.KeyAt(index)) };
}
