using System.Text.RegularExpressions;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>What an admin sees at a console that is 120 columns wide.</summary>
public sealed class ViewTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task Backups_are_a_table()
    {
        var table = await CreateBackupAsync(items: 1_234);
        var (columns, rows) = Show("Get-DynamoBackup -Source $store");
        Assert.Equal(["TableName", "Id", "Completed", "Items", "State", "Location"], columns);
        Assert.Matches($"^{table} +[0-9]{{14}}-[0-9a-f]{{8}} [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9:]{{8}} +1,234 Complete +/", Assert.Single(rows));
    }

    [Fact]
    public async Task A_damaged_backup_shows_as_damaged()
    {
        await CreateBackupAsync();
        File.Delete(Store.FileEndingIn("manifest-files.md5"));
        Assert.Contains(" Damaged ", Assert.Single(Show("Get-DynamoBackup -Source $store").Rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incremental_backups_and_broken_chains_show_as_what_they_are()
    {
        await CreateBackupAsync();
        new ChainFolder(Store).Add("01772359200000-00000002", new() { ["type"] = "INCREMENTAL", ["parentId"] = "01772359200000-00000001", ["fromUtc"] = "2026-03-01T10:00:00Z", ["toUtc"] = "2026-03-01T10:05:00Z" });
        Assert.Contains(" Incremental ", Show("Get-DynamoBackup -Source $store").Rows[0], StringComparison.Ordinal);
        Assert.Contains(" Chain broken ", Show("Get-DynamoBackup -Source $store -Chain").Rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_of_items_end_with_the_key_which_gets_the_room_that_is_left()
    {
        var table = await CreateBackupAsync();
        var (columns, rows) = Show($"Get-DynamoBackupItem {table} $store -History -Key @{{ {TableShape.HashKey} = '{MixedItems.KeyAt(1)}' }}");
        Assert.Equal(["Time", "Change", "BackupId", "Key"], columns);
        Assert.Matches($$"""^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} Present +[0-9]{14}-[0-9a-f]{8} \{"{{TableShape.HashKey}}".*\}$""", Assert.Single(rows));
    }

    [Theory]
    [InlineData(ExportKind.Full, " AWS export ")]
    [InlineData(ExportKind.Incremental, " Incremental ")]
    [InlineData(ExportKind.FullIon, " Not readable ")]
    public void An_export_by_AWS_shows_as_what_it_is(ExportKind kind, string state)
    {
        AwsExport.Create(new() { Kind = kind }, [["{}"]]).WriteTo(Store.Path);
        Assert.Contains(state, Assert.Single(Show("Get-DynamoBackup -Source $store").Rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proofs_are_a_table_with_the_first_finding_in_it()
    {
        await CreateBackupAsync();
        var (columns, rows) = Show("Test-DynamoBackup -Source $store");
        Assert.Equal(["TableName", "Id", "Level", "IsValid", "Items", "Findings"], columns);
        Assert.Matches(" Checksum +True +3 none$", Assert.Single(rows));

        StoreFolder.Damage(Store.AnyDataFile);
        var damaged = string.Join(' ', Show("Test-DynamoBackup -Source $store").Rows);
        Assert.Contains(" False ", damaged, StringComparison.Ordinal);
        Assert.Contains("ChecksumDiffers", damaged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_findings_the_table_shows_the_first_and_each_has_its_index()
    {
        await CreateBackupAsync();
        await File.AppendAllTextAsync(Store.FileEndingIn("manifest-files.json"), "x", TestContext.Current.CancellationToken);
        var row = string.Concat(Show("Test-DynamoBackup -Source $store").Rows.Select(line => line.Trim()));
        Assert.Matches(@"\(and \d more\)$", row);
        Assert.Single(Regex.Matches(row, "ChecksumDiffers"));

        var last = ShowLines("$damaged = Test-DynamoBackup -Source $store; $damaged.Findings[$damaged.Findings.Count - 1].File");
        Assert.Equal("manifest-files.json", Assert.Single(last));
    }

    [Fact]
    public async Task A_finding_is_shown_whole_with_what_to_do_next()
    {
        await CreateBackupAsync();
        StoreFolder.Damage(Store.AnyDataFile);
        var lines = ShowLines("(Test-DynamoBackup -Source $store).Findings[0]");
        var labels = lines.Where(line => line.Contains(" : ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]);
        Assert.Equal(["Severity", "Kind", "File", "Detail", "Fix"], labels);
        Assert.DoesNotContain(lines, line => line.Contains('…', StringComparison.Ordinal) || line.EndsWith("...", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restores_are_a_table()
    {
        var source = await CreateBackupAsync(items: 1_500);
        var target = Dynalite.UniqueName("copy");
        var (columns, rows) = Show($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws");
        Assert.Equal(["TableName", "BackupId", "Mode", "ItemsRead", "Written", "Verified"], columns);
        Assert.Matches($"^{target} +[0-9]{{14}}-[0-9a-f]{{8}} NewTable +1,500 +1,500 not asked$", Assert.Single(rows));
    }

    [Fact]
    public async Task Differences_and_their_counts_are_tables()
    {
        var source = await CreateBackupAsync(items: 3);
        await Dynalite.PutOtherAsync(source, index: 1);
        var (columns, rows) = Show($"Compare-DynamoBackup {source} $store @aws");
        Assert.Equal(["Change", "Key", "Attributes"], columns);
        Assert.Matches("^Changed +\\{\"pk\".*~status", Assert.Single(rows));
        (columns, rows) = Show($"Compare-DynamoBackup {source} $store -Summary @aws");
        Assert.Equal(["TableName", "Difference", "Added", "Removed", "Changed", "Same"], columns);
        Assert.Matches($"^{source} +{source} +0 +0 +1 +2$", Assert.Single(rows));
    }

    [Fact]
    public void Items_show_all_their_attributes_though_they_differ()
    {
        AwsExport.Create(new(), [["""{"Id":{"N":"1"},"Tags":{"SS":["a","b"]}}""", """{"Id":{"N":"2"},"Photo":{"B":"AQI="},"List":{"L":[{"N":"1"},{"S":"x"}]},"Map":{"M":{"k":{"BOOL":true}}}}"""]]).WriteTo(Store.Path);
        Assert.Equal(
            ["Id   : 1", "Tags : {a, b}", "Id    : 2", "Photo : byte[2]", "List  : {1, x}", "Map   : @{k=True}"],
            ShowLines("Get-DynamoBackup -Source $store | Get-DynamoBackupItem"));
    }

    [Fact]
    public async Task Removals_are_a_table()
    {
        var table = await CreateBackupAsync();
        var (columns, rows) = Show("Get-DynamoBackup -Source $store | Remove-DynamoBackup -Confirm:$false -Force");
        Assert.Equal(["TableName", "Id", "State", "Files", "Bytes", "Location"], columns);
        Assert.Matches($"^{table} +[0-9]{{14}}-[0-9a-f]{{8}} Complete +[0-9]+ +[0-9,]+ /", Assert.Single(rows));
    }

    [Fact]
    public async Task Whole_objects_read_as_one_line()
    {
        var table = await CreateTableAsync();
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.Equal($"{table} {backup.Text("Id")} at {Store.Path}", backup.ToString());
        Assert.Equal($"{table} {backup.Text("Id")}: valid at Checksum", Shell.Run("Test-DynamoBackup -Source $store").Single().ToString());
    }

    /// <summary>The columns' names and the rows below them, as shown.</summary>
    private (string[] Columns, IReadOnlyList<string> Rows) Show(string script)
    {
        var lines = ShowLines(script);
        Assert.Matches("^[- ]+$", lines[1]);
        var columns = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(columns.Length, 1, 6);
        return (columns, [.. lines.Skip(2)]);
    }

    private List<string> ShowLines(string script)
    {
        using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show("$Host.UI.RawUI.BufferSize = $Host.UI.RawUI.WindowSize = [System.Management.Automation.Host.Size]::new(120, 50)"));
        Assert.True(shell.Show(script), screen.ToString());
        var lines = screen.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToList();
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
        return lines;
    }
}
