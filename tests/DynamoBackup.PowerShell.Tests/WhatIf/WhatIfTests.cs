using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.WhatIf;

/// <summary>-WhatIf reads and tells; it writes nothing.</summary>
public sealed class WhatIfTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly string[] Reads = ["DescribeTable", "DescribeTimeToLive", "ListTables", "Scan"];

    [Fact]
    public async Task A_backup_that_is_only_asked_about_reads_no_table_and_stores_nothing()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Backup-DynamoTable {one}, {two} $store -WhatIf @aws");
        foreach (var table in new[] { one, two }) Assert.Contains($"What if: Performing the operation \"Back up to {Store.Path}\" on target \"{table}\".", screen, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
        Assert.False(Directory.Exists(Store.Path));
    }

    [Fact]
    public async Task A_backup_by_wildcard_names_the_tables_that_it_would_read()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b" }) await CreateTableAsync(name: prefix + name);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Backup-DynamoTable '{prefix}*' $store -WhatIf @aws");
        foreach (var name in new[] { "-a", "-b" }) Assert.Contains($"on target \"{prefix}{name}\"", screen, StringComparison.Ordinal);
        Assert.Equal(["ListTables"], proxy.Requests.Keys);
        Assert.False(Directory.Exists(Store.Path));
    }

    [Fact]
    public async Task A_restore_into_a_new_table_says_what_it_would_create()
    {
        var source = await CreateBackupAsync(items: 30);
        var backup = Shell.Run($"Get-DynamoBackup {source} $store").Single();
        var before = Store.Files;
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable another-table -Verify -WhatIf @aws");
        Assert.Contains("What if: Performing the operation \"Create the table and restore 30 items", screen, StringComparison.Ordinal);
        Assert.Contains($"of backup {backup.Text("Id")}\" on target \"another-table\".", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
        Assert.False(await Dynalite.ExistsAsync("another-table"));
        Assert.Equal(before, Store.Files);
    }

    [Theory]
    [InlineData(0, "", "Fill the empty table with 30 items")]
    [InlineData(0, "-Mode Overwrite", "Overwrite with 30 items")]
    [InlineData(4, "-Mode Overwrite", "Overwrite with 30 items")]
    [InlineData(4, "-Mode Overwrite -Force -Verify", "Overwrite with 30 items")]
    public async Task A_restore_into_an_existing_table_says_how_it_would_write(int present, string parameters, string expected)
    {
        var source = await CreateBackupAsync(items: 30);
        var target = await CreateTableAsync(items: present);
        var before = await Dynalite.ReadAsync(target);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable {target} {parameters} -WhatIf @aws");
        Assert.Contains(expected, screen, StringComparison.Ordinal);
        Assert.Contains($"on target \"{target}\"", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
        Assert.Equal(before, await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task What_could_not_be_restored_is_an_error_in_question_as_in_earnest()
    {
        var table = await CreateBackupAsync();
        var run = Shell.Run($"Restore-DynamoTable {table} $store -WhatIf @aws");
        ExpectedError.Of("Restore", "ResourceExists", "ResourceExists", table, "-Mode Overwrite").AssertIs(run.SingleError());
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Every_table_of_a_pipeline_is_asked_about()
    {
        var (one, two) = (await CreateBackupAsync(), await CreateBackupAsync());
        await Dynalite.DeleteAsync(one, two);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, "Get-DynamoBackup -Source $store | Restore-DynamoTable -WhatIf @aws");
        foreach (var table in new[] { one, two }) Assert.Contains($"on target \"{table}\"", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
    }

    private static void AssertOnlyRead(DynamoProxy proxy)
    {
        Assert.NotEmpty(proxy.Requests);
        Assert.All(proxy.Requests.Keys, operation => Assert.Contains(operation, Reads));
    }

    /// <summary>What a console shows; -WhatIf writes to the host only.</summary>
    private async Task<string> ShowAsync(DynamoProxy proxy, string script)
    {
        await using var screen = new StringWriter();
        using var shell = new ModuleShell(proxy.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show(script), screen.ToString());
        return screen.ToString();
    }
}
