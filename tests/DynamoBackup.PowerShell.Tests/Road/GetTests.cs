using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

public sealed class GetTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task A_listed_backup_says_what_the_backup_command_said()
    {
        var table = await CreateTableAsync(items: 50);
        var made = Shell.Run($"Backup-DynamoTable {table} $store -ConsistentRead @aws").Single();
        var listed = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Assert.Equal(made.TypeNames, listed.TypeNames);
        // How many items a run read is known to that run alone.
        Assert.Equal(Properties(made).Select(property => property == "ItemsScanned = 50" ? "ItemsScanned = " : property), Properties(listed));
    }

    [Fact]
    public async Task Everything_is_listed_oldest_first()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var made = Shell.Run($"Backup-DynamoTable {two}, {one}, {two} $store @aws").Succeeded();
        Assert.Equal(Ids(made), Ids(Shell.Run("Get-DynamoBackup -Source $store").Succeeded()));
    }

    [Fact]
    public async Task Latest_gives_the_newest_of_each_table()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var made = Shell.Run($"Backup-DynamoTable {one}, {two}, {one} $store @aws").Succeeded();
        Assert.Equal(Ids([made[1], made[2]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -Latest").Succeeded()).Order(StringComparer.Ordinal));
        Assert.Equal(Ids([made[2]]), Ids(Shell.Run($"Get-DynamoBackup {one} $store -Latest").Succeeded()));
    }

    [Fact]
    public async Task The_newest_ones_too_are_listed_oldest_first()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var made = Shell.Run($"Backup-DynamoTable {one}, {two}, {one} $store @aws").Succeeded();
        Assert.Equal(Ids([made[1], made[2]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -Latest").Succeeded()));
    }

    [Fact]
    public async Task An_id_gives_that_backup_alone()
    {
        var table = await CreateTableAsync();
        var made = Shell.Run($"Backup-DynamoTable {table}, {table}, {table} $store @aws").Succeeded();
        Shell.Set("id", made[1].Text("Id"));
        Assert.Equal(made[1].Text("Id"), Shell.Run("Get-DynamoBackup -Source $store -Id $id").Single().Text("Id"));
    }

    [Fact]
    public async Task After_and_Before_include_their_own_instant()
    {
        var table = await CreateTableAsync();
        var made = Shell.Run($"Backup-DynamoTable {table}, {table}, {table} $store @aws").Succeeded();
        Shell.Set("second", made[1].Get<DateTime>("CompletedUtc"));
        Assert.Equal(Ids([made[1], made[2]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -After $second").Succeeded()));
        Assert.Equal(Ids([made[0], made[1]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -Before $second").Succeeded()));
        Assert.Equal(Ids([made[1]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -Before $second -After $second").Succeeded()));
        Assert.Equal(Ids([made[0]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -Before $second.AddMilliseconds(-1)").Succeeded()));
        Assert.Equal(Ids([made[2]]), Ids(Shell.Run("Get-DynamoBackup -Source $store -After $second.AddMilliseconds(1)").Succeeded()));
    }

    [Fact]
    public async Task Latest_before_an_instant_is_the_one_to_go_back_to()
    {
        var table = await CreateTableAsync();
        var made = Shell.Run($"Backup-DynamoTable {table}, {table}, {table} $store @aws").Succeeded();
        Shell.Set("second", made[1].Get<DateTime>("CompletedUtc"));
        Assert.Equal(made[1].Text("Id"), Shell.Run("Get-DynamoBackup -Source $store -Before $second -Latest").Single().Text("Id"));
    }

    [Fact]
    public async Task Wildcards_match_names_as_they_are_spelt()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b", "-B" }) await CreateBackupAsync(name: prefix + name);
        Assert.Equal(3, Shell.Run($"Get-DynamoBackup '{prefix}-*' $store").Succeeded().Count);
        Assert.Equal(prefix + "-b", Shell.Run($"Get-DynamoBackup '*-b' $store").Single().Text("TableName"));
        Assert.Equal(2, Shell.Run($"Get-DynamoBackup '{prefix}-[aB]' $store").Succeeded().Count);
        Assert.Equal(2, Shell.Run($"Get-DynamoBackup '*-a', {prefix}-B $store").Succeeded().Count);
    }

    [Fact]
    public async Task A_wildcard_without_match_is_silent()
    {
        await CreateBackupAsync();
        Assert.Empty(Shell.Run("Get-DynamoBackup 'nothing-like-this-*' $store").Succeeded());
    }

    [Fact]
    public async Task Names_come_from_the_pipeline_as_text_or_as_a_property()
    {
        var table = await CreateBackupAsync();
        await CreateBackupAsync();
        Assert.Equal(table, Shell.Run($"'{table}' | Get-DynamoBackup -Source $store").Single().Text("TableName"));
        Assert.Equal(table, Shell.Run($"[pscustomobject]@{{ TableName = '{table}'; Other = 1 }} | Get-DynamoBackup -Source $store").Single().Text("TableName"));
    }

    [Fact]
    public void An_empty_store_holds_nothing()
    {
        Directory.CreateDirectory(Store.Path);
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    [Fact]
    public async Task An_unfinished_backup_is_not_listed()
    {
        await CreateBackupAsync();
        File.Delete(Store.FileEndingIn("manifest-summary.json"));
        File.Delete(Store.FileEndingIn("manifest-summary.md5"));
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Latest")]
    public async Task Where_nothing_is_unfinished_that_is_the_answer_and_no_error(string parameters)
    {
        var table = await CreateBackupAsync();
        Assert.Empty(Shell.Run($"Get-DynamoBackup {table} $store -Unfinished {parameters}").Succeeded());
        Assert.Empty(Shell.Run($"Get-DynamoBackup -Source $store -Unfinished {parameters}").Succeeded());
        var id = Shell.Run("Get-DynamoBackup -Source $store").Single().Text("Id");
        ExpectedError.Of("Get", "BackupNotFound", "ObjectNotFound", id, $"holds no unfinished backup '{id}'").AssertIs(Shell.Run($"Get-DynamoBackup -Source $store -Id {id} -Unfinished {parameters}").SingleError());
    }

    [Fact]
    public async Task An_unfinished_backup_has_no_time_of_completion()
    {
        await CreateBackupAsync();
        File.Delete(Store.FileEndingIn("manifest-summary.json"));
        File.Delete(Store.FileEndingIn("manifest-summary.md5"));
        Assert.Null(Shell.Run("Get-DynamoBackup -Source $store -Unfinished").Single().Properties["CompletedUtc"].Value);
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store -Unfinished | Where-Object CompletedUtc -lt ([datetime]::UtcNow)").Succeeded());
        using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show("Get-DynamoBackup -Source $store -Unfinished; (Get-DynamoBackup -Source $store -Unfinished).CompletedUtc"), screen.ToString());
        Assert.DoesNotContain("0001", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_was_moved_is_listed_and_tested_where_it_is()
    {
        var table = await CreateBackupAsync();
        Directory.Move(Store.Path, Folder.Combine("elsewhere"));
        Shell.Set("store", Folder.Combine("elsewhere"));
        Assert.Equal(Folder.Combine("elsewhere"), Shell.Run($"Get-DynamoBackup {table} $store").Single().Text("Location"));
        Assert.True(Shell.Run($"Test-DynamoBackup {table} $store -Level Content").Single().Is("IsValid"));

        // The table's own folder is a store as well: what lies at the given place, and one level below it, is found.
        Shell.Set("store", Folder.Combine("elsewhere", table));
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source $store").Single().Text("TableName"));
    }

    private static IEnumerable<string> Ids(IEnumerable<PSObject> backups) => backups.Select(backup => backup.Text("Id"));

    private static IEnumerable<string> Properties(PSObject value) =>
        value.Properties.Select(property => $"{property.Name} = {Spell(property.Value)}");

    private static string Spell(object? value) => value switch
    {
        DateTime time => $"{time:O} {time.Kind}",
        System.Collections.IEnumerable list and not string => string.Join(", ", list.Cast<object>()),
        _ => $"{value}",
    };
}
