using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Complaints;

public sealed partial class ComplaintTests
{
    [Fact]
    public async Task C05_a_restore_that_broke_off_is_gone_on_with()
    {
        var table = await CreateBackupAsync(items: 300);
        var target = Dynalite.UniqueName("copy");
        var command = $"Restore-DynamoTable {table} $store -TargetTable {target} -Resume -WorkingDirectory '{Folder.Combine("work")}' -Verify -Confirm:$false @aws";
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber > 3) exchange.Respond(DynamoErrors.AccessDenied());
            return Task.CompletedTask;
        };
        Shell.Run(command).SingleError();
        Assert.True(await Dynalite.ExistsAsync(target), "What had been written was taken away.");
        proxy.OnRequest = null;

        var restored = Shell.Run(command).Single();

        Assert.True(restored.Is("Verified"));
        Assert.Equal((300L, 300L), (restored.Number("ItemsRead"), restored.Number("Written")));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task C13_a_table_in_use_becomes_what_it_was_under_its_own_name()
    {
        var table = await CreateBackupAsync(items: 40);
        var before = await Dynalite.ReadAsync(table);
        await SampleTables.DeleteAsync(Dynalite.Client, table, [new Dictionary<string, AttributeValue> { [TableShape.HashKey] = Attr.S(MixedItems.KeyAt(0)) }], Cancel);
        await Dynalite.PutOtherAsync(table, index: 10);
        await using var proxy = await StartProxyAsync();

        var restored = Shell.Run($"Restore-DynamoTable {table} $store -Mode Replace -Force -Verify -Confirm:$false -WorkingDirectory '{Folder.Combine("work")}' @aws").Single();

        Assert.Equal((2L, 0L, 38L), (restored.Number("Written"), restored.Number("Deleted"), restored.Number("Unchanged")));
        Assert.Equal(before, await Dynalite.ReadAsync(table));
        Assert.Equal((0, 0), (proxy.RequestCount("CreateTable"), proxy.RequestCount("DeleteTable")));
    }

    [Fact]
    public async Task C16_an_item_is_read_out_of_a_backup_by_its_key()
    {
        var table = await CreateTableAsync(items: 3);
        await SampleTables.FillAsync(Dynalite.Client, table, [new() { [TableShape.HashKey] = Attr.S("one"), ["price"] = Attr.N("12345678901234567890.125"), ["tags"] = Attr.SS("a", "b") }], cancellationToken: Cancel);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.Equal(
            "one 12345678901234567890.125 a,b",
            Shell.Run($$"""Get-DynamoBackupItem {{table}} $store -Key @{ {{TableShape.HashKey}} = 'one' } | ForEach-Object { "$($_.{{TableShape.HashKey}}) $($_.price) $($_.tags -join ',')" }""").Single().ToString());
    }
}
