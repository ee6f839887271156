using System.Globalization;
using System.Management.Automation;
using Amazon.DynamoDBv2;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>An item's past out of two stores, as an admin sees it at the prompt.</summary>
public sealed class ItemHistoryRoadTests(Dynalite dynalite) : ModuleTest(dynalite), IAsyncLifetime
{
    private const string Key = "-Key @{ pk = 'alice' }";
    private StreamStandIn _streams = null!;
    private AmazonDynamoDBClient _client = null!;
    private string _table = "";

    private string Second => Folder.Combine("second");

    public async ValueTask InitializeAsync()
    {
        _streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        _client = _streams.CreateClient();
        Shell.Connect(_streams.Endpoint);
        Shell.Set("second", Second);
        _table = await CreateTableAsync(items: 2);
        Backup("$store, $second -EnableStream -ConsistentRead");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _streams.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Two_stores_that_each_hold_a_part_tell_one_history_by_name_and_through_the_pipeline()
    {
        await PutAsync("one");
        Backup("$store -Type Incremental");
        await PutAsync("two");
        Backup("$store, $second -Type Incremental");
        await DeleteAsync();
        Backup("$second -Type Incremental");
        string[] expected = ["Put one", "Update two", "Delete "];

        var run = Shell.Run($"Get-DynamoBackupItem {_table} $store, $second {Key} -History");
        Assert.Equal(expected, run.Succeeded().Select(Told));
        Assert.Empty(run.Warnings);
        // Each of the piped backups leads to the same table: its versions come once, out of both stores.
        Assert.Equal(expected, Shell.Run($"Get-DynamoBackup {_table} $store, $second | Get-DynamoBackupItem {Key} -History").Succeeded().Select(Told));
        Assert.Equal(expected[..2], Shell.Run($"Get-DynamoBackup {_table} $store | Get-DynamoBackupItem {Key} -History").Succeeded().Select(Told));

        var deleted = Time(run.Output[2]);
        Assert.Equal("two", Shell.Run($"(Get-DynamoBackup {_table} $store, $second | Get-DynamoBackupItem {Key} -AsOf '{Time(run.Output[1])}').Item.v").Single().ToString());
        var gone = Shell.Run($"Get-DynamoBackupItem {_table} $store, $second {Key} -AsOf '{deleted}'").SingleError();
        ExpectedError.Of("GetItem", "ItemNotFound", "ObjectNotFound", """{"pk":{"S":"alice"}}""", $"deleted at {deleted}").AssertIs(gone);
        Assert.StartsWith("PointInTimeNotCovered,", Shell.Run($"Get-DynamoBackupItem {_table} $store {Key} -AsOf '{deleted}'").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_copy_is_a_warning_with_another_store_and_an_error_without()
    {
        await PutAsync("one");
        Backup("$store, $second -Type Incremental");
        var increment = Shell.Run($"Get-DynamoBackup {_table} $store | Where-Object Type -EQ Incremental").Single();
        var file = Directory.GetFiles(Path.Combine(Store.Path, increment.Text("Path"), "data")).Single();
        StoreFolder.Damage(file);
        var name = Path.GetFileName(file);
        var at = ((DateTime)increment.Properties["ToUtc"].Value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        foreach (var asked in new[] { $"Get-DynamoBackupItem {_table} $store, $second {Key} -History", $"Get-DynamoBackupItem {_table} $store, $second {Key} -AsOf {at}" })
        {
            var run = Shell.Run(asked);
            Assert.Equal("Put one", Told(run.Single()));
            AssertTells(Assert.Single(run.Warnings), increment, name, "is read in its place");
        }

        var target = Dynalite.UniqueName("restored");
        var restore = $"Restore-DynamoTable {_table} -TargetTable {target} -PointInTime {at} -ExcludeSetting Stream -Verify -Confirm:$false @aws";
        AssertTells(Shell.Run($"{restore} -Source $store").SingleError().Exception.Message, increment, name, "another copy");
        Assert.False(await Dynalite.ExistsAsync(target));
        var restored = Shell.Run($"{restore} -Source $store, $second");
        Assert.Equal((3, "True"), (restored.Single().Number("Written"), restored.Single().Text("Verified")));
        AssertTells(Assert.Single(restored.Warnings), increment, name, "is read in its place");

        var alone = Shell.Run($"Get-DynamoBackupItem {_table} $store {Key} -AsOf {at}").SingleError();
        Assert.StartsWith("BackupDamaged,", alone.FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertTells(alone.Exception.Message, increment, name, "another copy");
    }

    [Fact]
    public async Task A_gap_and_a_table_that_was_made_anew_are_warned_of()
    {
        await PutAsync("one");
        Backup("$store -Type Incremental");
        await Task.Delay(2_100, Cancel);
        await PutAsync("lost");
        await _streams.TrimAsync(_table);
        Backup("$store -Type Incremental");
        var run = Shell.Run($"Get-DynamoBackupItem {_table} $store {Key} -History");
        Assert.Equal(["Put one", "Present lost"], run.Succeeded().Select(Told));
        Assert.Contains("versions of that time are missing", Assert.Single(run.Warnings), StringComparison.Ordinal);

        await _client.DeleteTableAsync(_table, Cancel);
        Assert.False(await Dynalite.ExistsAsync(_table));
        await SampleTables.CreateAsync(_client, _table, cancellationToken: Cancel);
        Backup("$store -EnableStream -ConsistentRead");
        await PutAsync("other");
        Backup("$store -Type Incremental");
        run = Shell.Run($"Get-DynamoBackupItem {_table} $store {Key} -History");
        Assert.Equal(["Put one", "Present lost", "Put other"], run.Succeeded().Select(Told));
        Assert.Equal([true, false], run.Output.Skip(1).Select(version => version.Text("TableId") == run.Output[0].Text("TableId")));
        Assert.Contains(run.Warnings, warning => warning.Contains("2 tables", StringComparison.Ordinal) && warning.Contains(run.Output[2].Text("TableId"), StringComparison.Ordinal));
    }

    private static void AssertTells(string message, PSObject backup, string file, string what)
    {
        Assert.Contains(backup.Text("Id"), message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    private static string Told(PSObject version) => $"{version.Text("Change")} {(version.Properties["Item"].Value as PSObject)?.Text("v")}";

    private static string Time(PSObject version) => ((DateTime)version.Properties["TimeUtc"].Value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void Backup(string parameters) => Shell.Run($"Backup-DynamoTable {_table} {parameters} -StreamSettle 00:00:01 @aws").Succeeded();

    /// <summary>In a second of its own.</summary>
    private async Task PutAsync(string value)
    {
        await Task.Delay(1_020 - DateTime.UtcNow.Millisecond, Cancel);
        await _client.PutItemAsync(_table, new() { [TableShape.HashKey] = Attr.S("alice"), ["v"] = Attr.S(value) }, Cancel);
    }

    private async Task DeleteAsync()
    {
        await Task.Delay(1_020 - DateTime.UtcNow.Millisecond, Cancel);
        await _client.DeleteItemAsync(_table, new() { [TableShape.HashKey] = Attr.S("alice") }, Cancel);
    }
}
