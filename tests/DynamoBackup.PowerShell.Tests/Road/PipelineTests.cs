using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>Commands chain by objects, by names, and by objects that have a name.</summary>
public sealed class PipelineTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task Names_are_piped_into_a_backup()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        Assert.Equal([one, two], Shell.Run($"'{one}', '{two}' | Backup-DynamoTable -Destination $store @aws").Succeeded().Select(backup => backup.Text("TableName")));
    }

    [Fact]
    public async Task Objects_with_a_table_name_are_piped_into_a_backup()
    {
        var table = await CreateTableAsync();
        var backup = Shell.Run($"[pscustomobject]@{{ TableName = '{table}'; Owner = 'someone' }} | Backup-DynamoTable -Destination $store @aws").Single();
        Assert.Equal(table, backup.Text("TableName"));
    }

    [Fact]
    public async Task Objects_with_a_table_name_are_piped_into_a_test()
    {
        var table = await CreateBackupAsync();
        await CreateBackupAsync();
        Assert.Equal(table, Shell.Run($"[pscustomobject]@{{ TableName = '{table}' }} | Test-DynamoBackup -Source $store").Single().Text("TableName"));
    }

    [Fact]
    public async Task Objects_with_a_table_name_are_piped_into_a_restore()
    {
        var table = await CreateBackupAsync();
        var target = Dynalite.UniqueName("copy");
        var restored = Shell.Run(
            $"[pscustomobject]@{{ TableName = '{table}' }} | Restore-DynamoTable -Source $store -TargetTable {target} -Confirm:$false @aws").Single();
        Assert.Equal(target, restored.Text("TableName"));
    }

    [Fact]
    public async Task Names_are_piped_into_a_test_and_into_a_restore()
    {
        var table = await CreateBackupAsync();
        await CreateBackupAsync();
        var target = Dynalite.UniqueName("copy");
        Assert.Equal(table, Shell.Run($"'{table}' | Test-DynamoBackup -Source $store").Single().Text("TableName"));
        Assert.Equal(target, Shell.Run($"'{table}' | Restore-DynamoTable -Source $store -TargetTable {target} -Confirm:$false @aws").Single().Text("TableName"));
    }

    [Fact]
    public async Task Wildcards_choose_tables_by_the_spelling_of_their_names()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b", "-C" }) await CreateTableAsync(name: prefix + name);
        Assert.Equal(
            [$"{prefix}-a", $"{prefix}-b"],
            Shell.Run($"Backup-DynamoTable '{prefix}-[abc]' $store @aws").Succeeded().Select(backup => backup.Text("TableName")));
        Assert.Equal(3, Shell.Run($"Backup-DynamoTable '{prefix}-?' $store @aws").Succeeded().Count);
        Assert.Empty(Shell.Run($"Backup-DynamoTable '{prefix}-nothing*' $store @aws").Succeeded());
    }

    [Fact]
    public async Task Backups_are_piped_into_their_test()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var proofs = Shell.Run($"Backup-DynamoTable {one}, {two} $store @aws | Test-DynamoBackup -Level Live @aws").Succeeded();
        Assert.Equal([one, two], proofs.Select(proof => proof.Text("TableName")));
        Assert.All(proofs, proof => Assert.True(proof.Is("IsValid")));
    }

    [Fact]
    public async Task Each_backup_is_tested_before_the_next_table_is_read()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var seen = Shell.Run(
            $$"""
            Backup-DynamoTable {{one}}, {{two}} $store @aws |
                ForEach-Object { "made $($_.TableName)"; $_ | Test-DynamoBackup | ForEach-Object { "tested $($_.TableName)" } }
            """).Succeeded();
        Assert.Equal([$"made {one}", $"tested {one}", $"made {two}", $"tested {two}"], seen.Select(line => line.ToString()));
    }

    [Fact]
    public async Task Listed_backups_are_piped_into_a_restore()
    {
        var source = await CreateTableAsync(items: 20);
        var made = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        await Dynalite.Client.PutItemAsync(source, new() { [TableShape.HashKey] = Attr.S("later") }, Cancel);
        Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        var target = Dynalite.UniqueName("copy");
        Shell.Set("id", made.Text("Id"));

        var restored = Shell.Run($"Get-DynamoBackup {source} $store -Id $id | Restore-DynamoTable -TargetTable {target} -Verify -Confirm:$false @aws").Single();
        Assert.Equal(made.Text("Id"), restored.Text("BackupId"));
        Assert.Equal(20, restored.Number("Written"));
    }

    [Fact]
    public async Task A_fresh_backup_is_piped_into_a_restore_under_another_name()
    {
        var source = await CreateTableAsync(items: 20);
        var target = Dynalite.UniqueName("copy");
        Shell.Run($"Backup-DynamoTable {source} $store @aws | Restore-DynamoTable -TargetTable {target} -Confirm:$false @aws").Single();
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task A_name_restores_the_newest_of_its_backups()
    {
        var source = await CreateBackupAsync(items: 5);
        await Dynalite.Client.PutItemAsync(source, new() { [TableShape.HashKey] = Attr.S("later") }, Cancel);
        var newest = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        var target = Dynalite.UniqueName("copy");
        Assert.Equal(newest.Text("Id"), Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws").Single().Text("BackupId"));
    }

    [Fact]
    public async Task An_id_restores_that_backup_and_needs_no_name()
    {
        var source = await CreateTableAsync(items: 5);
        var older = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        await Dynalite.Client.PutItemAsync(source, new() { [TableShape.HashKey] = Attr.S("later") }, Cancel);
        Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        var target = Dynalite.UniqueName("copy");
        Shell.Set("id", older.Text("Id"));
        var restored = Shell.Run($"Restore-DynamoTable -Source $store -Id $id -TargetTable {target} -Verify -Confirm:$false @aws").Single();
        Assert.Equal((older.Text("Id"), 5), (restored.Text("BackupId"), restored.Number("Written")));
    }

    [Fact]
    public async Task Several_lost_tables_are_restored_by_one_wildcard()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b" })
        {
            await CreateBackupAsync(name: prefix + name);
            await Dynalite.DeleteAsync(prefix + name);
        }

        var restored = Shell.Run($"Restore-DynamoTable '{prefix}-*' $store -Verify -Confirm:$false @aws").Succeeded();
        Assert.Equal([$"{prefix}-a", $"{prefix}-b"], restored.Select(result => result.Text("TableName")));
        Assert.All(restored, result => Assert.True(result.Is("Verified")));
    }

    [Fact]
    public async Task Proofs_that_hold_are_piped_into_a_restore()
    {
        var source = await CreateBackupAsync(items: 5);
        var target = Dynalite.UniqueName("copy");
        var restored = Shell.Run(
            $"Test-DynamoBackup {source} $store | Where-Object IsValid | Restore-DynamoTable -TargetTable {target} -Confirm:$false @aws").Single();
        Assert.Equal(5, restored.Number("Written"));
    }
}
