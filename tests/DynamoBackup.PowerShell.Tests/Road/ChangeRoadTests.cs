using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>The road of changes, as an admin walks it: back up what changed, look at an item's past, restore to a second and to the newest state, and merge.</summary>
public sealed class ChangeRoadTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task What_changed_is_backed_up_shown_restored_and_merged()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        using var client = streams.CreateClient();
        var table = await CreateTableAsync(items: 4);
        const string Quick = "-StreamSettle 00:00:01 @aws";
        Assert.Contains("-EnableStream", Shell.Run($"Backup-DynamoTable {table} $store -Type Incremental {Quick}").SingleError().Exception.Message, StringComparison.Ordinal);
        var full = Shell.Run($"Backup-DynamoTable {table} $store -EnableStream -ConsistentRead {Quick}").Single();
        Assert.Equal("Exact", full.Text("Exactness"));

        await PutAsync(client, table, "one");
        await PutAsync(client, table, "two");
        var between = DateTimeOffset.UtcNow;
        await Task.Delay(1_500, Cancel);
        await client.DeleteItemAsync(table, Key(), Cancel);
        await PutAsync(client, table, "three");
        Assert.Empty(Shell.Run($"Backup-DynamoTable {table} $store -Type Incremental -WhatIf {Quick}").Succeeded());
        var increment = Shell.Run($"Backup-DynamoTable {table} $store -Type Incremental {Quick}").Single();
        Assert.Equal((4L, full.Text("Id")), (increment.Number("ItemCount"), increment.Text("ParentId")));

        var versions = Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ pk = 'alice' }} -History").Succeeded();
        Assert.Equal(["Put", "Update", "Delete", "Put"], versions.Select(version => version.Text("Change")));
        var at = between.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("two", Shell.Run($"(Get-DynamoBackupItem {table} $store -Key @{{ pk = 'alice' }} -AsOf {at}).Item.v").Single().ToString());

        var (then, now) = (Dynalite.UniqueName("then"), Dynalite.UniqueName("now"));
        var back = Shell.Run($"Restore-DynamoTable {table} $store -PointInTime {at} -TargetTable {then} -ExcludeSetting Stream -Verify -Confirm:$false @aws").Single();
        Assert.Equal((5L, true), (back.Number("Written"), back.Is("Verified")));
        Assert.Contains(await Dynalite.ReadAsync(then), item => item.Contains("two", StringComparison.Ordinal));
        var newest = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {now} -ExcludeSetting Stream -Verify -Confirm:$false @aws").Single();
        Assert.Equal(increment.Text("Id"), newest.Text("BackupId"));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(now));

        var merged = Shell.Run($"Merge-DynamoBackup {table} $store -Confirm:$false").Single();
        Assert.Equal((5L, newest.Text("ContentDigest")), (merged.Number("ItemCount"), merged.Text("ContentDigest")));
    }

    [Fact]
    public async Task What_time_to_live_deleted_is_marked_and_can_be_kept_by_a_restore()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        using var client = streams.CreateClient();
        var table = await CreateTableAsync(items: 2);
        await streams.EnableStreamAsync(table);
        await PutAsync(client, table, "one");
        Shell.Run($"Backup-DynamoTable {table} $store -ConsistentRead -StreamSettle 00:00:01 @aws").Single();
        await streams.DeleteByTtlAsync(table, """{"pk":{"S":"alice"}}""", Cancel);
        Shell.Run($"Backup-DynamoTable {table} $store -Type Incremental -StreamSettle 00:00:01 @aws").Single();
        Assert.Equal("TtlDelete", Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ pk = 'alice' }} -History").Succeeded()[^1].Text("Change"));

        var restore = $"Restore-DynamoTable {table} $store -ExcludeSetting Stream -Verify -Confirm:$false @aws";
        Assert.Equal(2, Shell.Run($"{restore} -TargetTable {Dynalite.UniqueName("gone")}").Single().Number("Written"));
        Assert.Equal(3, Shell.Run($"{restore} -TargetTable {Dynalite.UniqueName("kept")} -ExcludeTtlDelete").Single().Number("Written"));
    }

    [Fact]
    public async Task Several_tables_are_followed_at_once()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        var tables = new[] { await CreateTableAsync(items: 2), await CreateTableAsync(items: 2) };
        foreach (var table in tables) await streams.EnableStreamAsync(table);
        var made = Shell.Run($"'{tables[0]}', '{tables[1]}' | Backup-DynamoTable -Destination $store -Continuous -ConsistentRead -SealEvery 00:00:01 -StreamSettle 00:00:01 -Duration 00:00:05 @aws").Succeeded()
            .ToLookup(backup => backup.Text("TableName"));
        Assert.Equal(tables.Order(StringComparer.Ordinal), made.Select(table => table.Key).Order(StringComparer.Ordinal));
        Assert.All(made, table => Assert.Equal("Full", table.First().Text("Type")));
        Assert.True((DateTime)made[tables[1]].First().Properties["StartedUtc"].Value < (DateTime)made[tables[0]].Last().Properties["CompletedUtc"].Value);
    }

    [Fact]
    public async Task What_would_be_another_state_than_was_meant_is_refused_or_told()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        using var client = streams.CreateClient();
        var table = await CreateTableAsync(items: 2);
        await streams.EnableStreamAsync(table);
        const string Quick = "-Type Incremental -ConsistentRead -StreamSettle 00:00:01 @aws";
        Shell.Run($"Backup-DynamoTable {table} $store {Quick}").Single();
        var increments = new List<System.Management.Automation.PSObject>();
        foreach (var value in new[] { "one", "two", "three" })
        {
            await PutAsync(client, table, value);
            increments.Add(Shell.Run($"Backup-DynamoTable {table} $store {Quick}").Single());
        }

        var target = Dynalite.UniqueName("other");
        var piped = Shell.Run($"Get-DynamoBackup {table} $store -PointInTime {increments[1].Properties["ToUtc"].Value:yyyy-MM-ddTHH:mm:ssZ} | Restore-DynamoTable -TargetTable {target} -Confirm:$false @aws");
        Assert.Contains("-PointInTime", piped.EndedBy().Exception.Message, StringComparison.Ordinal);
        foreach (var command in new[] { $"Restore-DynamoTable {table} $store -TargetTable {target} -PointInTime $null @aws", $"Merge-DynamoBackup {table} $store -PointInTime $null", $"Get-DynamoBackup {table} $store -PointInTime $null", $"Get-DynamoBackupItem {table} $store -Key @{{ pk = 'alice' }} -AsOf $null" })
            Assert.Contains("null", Shell.Run(command).EndedBy().Exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ISO", Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -PointInTime 26.11.2026 @aws").EndedBy().Exception.Message, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(increments[1].Text("Location"), increments[1].Text("Path")), recursive: true);
        var restored = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -ExcludeSetting Stream -Confirm:$false @aws");
        Assert.Equal(increments[0].Text("Id"), restored.Succeeded().Single().Text("BackupId"));
        Assert.Contains(restored.Warnings, warning => warning.Contains(increments[2].Text("Id"), StringComparison.Ordinal));
        Assert.Contains(Shell.Run($"Merge-DynamoBackup {table} $store -Confirm:$false").Warnings, warning => warning.Contains(increments[2].Text("Id"), StringComparison.Ordinal));
    }

    private static Dictionary<string, AttributeValue> Key() => new() { [TableShape.HashKey] = Attr.S("alice") };

    private static Task PutAsync(Amazon.DynamoDBv2.AmazonDynamoDBClient client, string table, string value) =>
        client.PutItemAsync(table, new(Key()) { ["v"] = Attr.S(value) }, Cancel);
}
