using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>What differs between a backup and a table, or between two backups, comes down the pipeline.</summary>
public sealed class CompareTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task A_table_that_has_not_changed_differs_in_nothing()
    {
        var table = await CreateBackupAsync(items: 20);
        Assert.Empty(Shell.Run($"Compare-DynamoBackup {table} $store {Work} @aws").Succeeded());
        var summary = Shell.Run($"Get-DynamoBackup {table} $store | Compare-DynamoBackup -Summary {Work} @aws").Single();
        Assert.True(summary.Is("IsEqual"));
        Assert.Equal((20L, table), (summary.Number("Same"), summary.Text("Difference")));
        Assert.Equal(summary.Text("ReferenceDigest"), summary.Text("DifferenceDigest"));
        Assert.Empty(Directory.GetFileSystemEntries(Folder.Combine("work")));
    }

    [Fact]
    public async Task What_has_changed_since_the_backup_is_told_by_key_and_attribute()
    {
        var table = await CreateBackupAsync(items: 20);
        await ChangeAsync(table);
        var found = Shell.Run($"Compare-DynamoBackup {table} $store {Work} @aws").Succeeded().OrderBy(difference => difference.Text("Change"), StringComparer.Ordinal).ToList();
        Assert.Equal(["Added", "Changed", "Removed"], found.Select(difference => difference.Text("Change")));
        Assert.Equal("{\"pk\":{\"S\":\"new\"}}", found[0].Text("Key"));
        Assert.Equal("+seen", Assert.Single(Shell.Run($"(Compare-DynamoBackup {table} $store {Work} @aws | Where-Object Change -eq Changed).Attributes").Succeeded()).ToString());
    }

    [Theory]
    [InlineData("-DifferenceId $b.Id")]
    [InlineData("-DifferenceBackup $b")]
    public async Task Two_backups_are_compared(string difference)
    {
        var table = await CreateBackupAsync(items: 20);
        await ChangeAsync(table);
        var summary = Shell.Run($"$a = Get-DynamoBackup {table} $store; $b = Backup-DynamoTable {table} $store @aws; $a | Compare-DynamoBackup {difference} -Summary {Work} @aws").Single();
        Assert.Equal((1L, 1L, 1L, 18L, false), (summary.Number("Added"), summary.Number("Removed"), summary.Number("Changed"), summary.Number("Same"), summary.Is("IsEqual")));
    }

    [Fact]
    public async Task Whoever_takes_only_the_first_ends_the_comparison()
    {
        var table = await CreateBackupAsync(items: 600);
        var empty = await CreateTableAsync(items: 0);
        Assert.Single(Shell.Run($"foreach ($once in 1) {{ Compare-DynamoBackup {table} $store -DifferenceTable {empty} {Work} @aws | ForEach-Object {{ $_; break }} }}").Succeeded());
        Assert.Empty(Directory.GetFileSystemEntries(Folder.Combine("work")));
    }

    [Fact]
    public async Task A_table_is_asked_for_what_is_not_there_by_name()
    {
        var table = await CreateBackupAsync();
        ExpectedError.Of("Compare", "TableNotFound", "ObjectNotFound", "no-such-table", "-Region").AssertIs(Shell.Run($"Compare-DynamoBackup {table} $store -DifferenceTable no-such-table {Work} @aws").SingleError());
        Assert.StartsWith("BackupNotFound", Shell.Run($"Compare-DynamoBackup {table} $store -DifferenceId 01795383125482-2f0d84aa {Work} @aws").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("InvalidArgument", Shell.Run($"Compare-DynamoBackup {table} $store -DifferenceId a -DifferenceTable b @aws").EndedBy().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private string Work => $"-WorkingDirectory '{Folder.Combine("work")}'";

    private async Task ChangeAsync(string table)
    {
        var changed = MixedItems.At(4);
        changed["seen"] = Attr.Bool(true);
        await Dynalite.Client.PutItemAsync(table, changed, Cancel);
        await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S("new") }, Cancel);
        await Dynalite.Client.DeleteItemAsync(table, new Dictionary<string, AttributeValue> { ["pk"] = Attr.S(MixedItems.KeyAt(7)) }, Cancel);
    }
}
