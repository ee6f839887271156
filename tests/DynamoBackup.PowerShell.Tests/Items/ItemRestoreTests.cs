using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Exports;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>A restore of some items.</summary>
public sealed class ItemRestoreTests(Dynalite dynalite) : ExportModuleTest(dynalite)
{
    [Fact]
    public async Task Some_keys_are_put_back_and_nothing_else_is_touched()
    {
        var table = await CreateBackupAsync(items: 200);
        foreach (var index in new[] { 3, 4, 5 }) await Dynalite.PutOtherAsync(table, index);
        var run = Shell.Run($"Restore-DynamoTable {table} $store -Key @{{ pk = '{MixedItems.KeyAt(3)}' }}, @{{ pk = '{MixedItems.KeyAt(4)}' }}, @{{ pk = 'nobody' }} -Mode Overwrite -Force -Verify -Confirm:$false @aws");

        var result = Assert.Single(run.Output);
        AssertCounts(result, read: 200, written: 2);
        Assert.True(result.Is("Verified"));
        Assert.StartsWith("v1:2:", result.Text("ContentDigest"), StringComparison.Ordinal);
        ExpectedError.Of("Restore", "ItemNotFound", "ObjectNotFound", """{"pk":{"S":"nobody"}}""", "Check the values").AssertIs(run.SingleError());
        var items = await Dynalite.ReadAsync(table);
        Assert.Equal(200, items.Count);
        Assert.Equal(1, items.Count(item => item.Contains("OTHER", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_condition_chooses_what_a_new_table_gets()
    {
        var table = await CreateBackupAsync(items: 1_000);
        var expected = MixedItems.Create(1_000).Count(item => item["status"].S == "OPEN");
        var target = Dynalite.UniqueName("open");
        var result = Shell.Run($"$state = 'OPEN'; Restore-DynamoTable {table} $store -Where {{ $_.status -eq $state }} -TargetTable {target} -Verify -Confirm:$false @aws").Single();
        AssertCounts(result, read: 1_000, written: expected);
        Assert.True(result.Is("Verified"));
        Assert.Equal(expected, (await Dynalite.ReadAsync(target)).Count);
    }

    [Fact]
    public async Task A_condition_that_throws_ends_the_restore_and_its_table_is_deleted_again()
    {
        var table = await CreateBackupAsync(items: 300);
        var target = Dynalite.UniqueName("thrown");
        var run = Shell.Run($"Restore-DynamoTable {table} $store -Where {{ if ($_.pk -like '*99') {{ throw 'not today' }}; $true }} -TargetTable {target} -Confirm:$false @aws");
        Assert.Contains("not today", run.EndedBy().ToString(), StringComparison.Ordinal);
        Assert.False(await Dynalite.ExistsAsync(target));
    }

    [Fact]
    public async Task A_condition_that_changes_its_mind_is_asked_once_for_each_item()
    {
        var table = await CreateBackupAsync(items: 150);
        var result = Shell.Run($"$asked = 0; Restore-DynamoTable {table} $store -Where {{ $global:asked++; $global:asked % 2 }} -Mode Overwrite -Force -Verify -Confirm:$false @aws").Single();
        AssertCounts(result, read: 150, written: 75);
        Assert.True(result.Is("Verified"));
        Assert.Equal(150, Shell.Get("asked"));
    }

    [Fact]
    public async Task What_if_says_how_many_keys_and_writes_nothing()
    {
        var table = await CreateBackupAsync(items: 20);
        using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show($"Restore-DynamoTable {table} $store -Key @{{ pk = 'a' }}, @{{ pk = 'b' }} -Mode Overwrite -WhatIf @aws; Restore-DynamoTable {table} $store -Where {{ throw }} -Mode Overwrite -WhatIf @aws"), screen.ToString());
        var said = string.Concat(screen.ToString().ReplaceLineEndings("").Split());
        Assert.Contains("Overwritewiththeitemsof2keysoutof20items", said, StringComparison.Ordinal);
        Assert.Contains("Overwritewiththosethat-Wheretakesoutof20items", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Into_a_table_that_holds_items_a_mode_is_needed_and_bad_keys_are_refused_before_any_question()
    {
        var table = await CreateBackupAsync(items: 20);
        Assert.StartsWith("ResourceExists,", Shell.Run($"Restore-DynamoTable {table} $store -Key @{{ pk = 'a' }} -Confirm:$false @aws").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("InvalidArgument,", Shell.Run($"Restore-DynamoTable {table} $store -Key @{{ Id = 'a' }} -Mode Overwrite @aws").EndedBy().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ pk = 'nobody' }", "; the table '")]
    [InlineData("@{ pk = 'nobody' }, @{ pk = 'no one' }", ", nor with any of the 1 others; the table '")]
    public async Task Where_the_backup_holds_none_of_the_keys_no_table_is_created(string keys, string words)
    {
        var table = await CreateBackupAsync(items: 60);
        var target = Dynalite.UniqueName("none");
        await using var proxy = await StartProxyAsync();
        var error = Shell.Run($"Restore-DynamoTable {table} $store -Key {keys} -TargetTable {target} -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "ItemNotFound", "ObjectNotFound", """{"pk":{"S":"nobody"}}""", $"{words}{target}' was not created").AssertIs(error);
        Assert.Equal(0, proxy.RequestCount("CreateTable"));
    }

    [Fact]
    public async Task A_new_table_gets_the_items_of_the_keys_that_are_there()
    {
        var table = await CreateBackupAsync(items: 60);
        var target = Dynalite.UniqueName("some");
        var run = Shell.Run($"Restore-DynamoTable {table} $store -Key @{{ pk = '{MixedItems.KeyAt(59)}' }}, @{{ pk = 'nobody' }} -TargetTable {target} -Verify -Confirm:$false @aws");
        AssertCounts(Assert.Single(run.Output), read: 60, written: 1);
        Assert.StartsWith("ItemNotFound,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task Items_that_were_read_are_keys()
    {
        var table = await CreateBackupAsync(items: 60, shape: TableShape.HashAndRange);
        var result = Shell.Run($"$some = Get-DynamoBackupItem {table} $store -Where {{ $_.sk -lt 10 }}; Restore-DynamoTable {table} $store -Key $some -Mode Overwrite -Force -Verify -Confirm:$false @aws").Single();
        AssertCounts(result, read: 60, written: 10);
        Assert.True(result.Is("Verified"));
    }

    [Fact]
    public async Task In_an_export_by_AWS_any_attributes_are_looked_for()
    {
        var table = await Dynalite.CreateAsync([]);
        Export(table);
        var result = Shell.Run($"Restore-DynamoTable {table} $store -Key @{{ amount = 7.5 }}, @{{ pk = 'key 9 é'; amount = 9.5 }} -Verify -Confirm:$false @aws").Single();
        AssertCounts(result, read: ItemCount, written: 2);
        Assert.Equal(2, (await Dynalite.ReadAsync(table)).Count);
        Assert.Equal("key 7 é", Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ amount = 7.5 }}").Single().Text("pk"));
    }

    private static void AssertCounts(PSObject result, int read, int written) => Assert.Equal(
        (read, written, read - written), (result.Number("ItemsRead"), result.Number("Written"), result.Number("Skipped")));
}
