using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>A table that was deleted and created again under its name is another table: its items are other items, though their keys are the same.</summary>
public sealed class SameNameHistoryTests(DynaliteFixture dynalite) : HistoryTest(dynalite)
{
    [Fact]
    public async Task Versions_come_table_by_table_and_a_warning_and_the_TableId_tell()
    {
        var table = await ArrangeAsync(TableShape.HashOnly);
        await PutAsync(table, "a", "new");
        await IncrementAsync(table, Store);
        Output.Warnings.Clear();

        var versions = await HistoryAsync([Store], JsonKey("a"), JsonKey("old"));
        // A put into a new table is no update of what another one held.
        Assert.Equal(["Put 1", "Put x", "Put new"], versions.Select(Told));
        Assert.Equal(versions[0].TableId, versions[1].TableId);
        Assert.NotEqual(versions[0].TableId, versions[2].TableId);
        var warning = Assert.Single(Output.Warnings);
        Assert.Contains(versions[0].TableId!, warning, StringComparison.Ordinal);
        Assert.Contains(versions[2].TableId!, warning, StringComparison.Ordinal);
        Assert.Empty(Output.Errors);

        Assert.Equal("1", Assert.Single(await AskAsync([Store], versions[0].TimeUtc, JsonKey("a"))).Item);
        Assert.Equal(versions[2].TableId, Assert.Single(await AskAsync([Store], versions[2].TimeUtc, JsonKey("a"))).TableId);
        Assert.Empty(await AskAsync([Store], versions[2].TimeUtc, JsonKey("old")));
        Assert.Equal(BackupErrorCode.ItemNotFound, Assert.Single(Output.Errors).Code);
    }

    [Fact]
    public async Task Where_the_new_one_has_another_key_the_old_ones_versions_are_found_all_the_same()
    {
        await ArrangeAsync(TableShape.HashAndRange);
        Assert.Equal(["Put 1"], (await HistoryAsync([Store], JsonKey("a"))).Select(Told));
        Assert.Empty(await HistoryAsync([Store], """{"pk":{"S":"a"},"sk":{"N":"1"}}"""));
        Assert.Equal(BackupErrorCode.ItemNotFound, Assert.Single(Output.Errors).Code);
        // It is a key of neither.
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => HistoryAsync([Store], """{"other":{"S":"a"}}"""));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
    }

    private async Task<string> ArrangeAsync(TableShape anew)
    {
        var table = await NewStreamTableAsync(0);
        await IncrementAsync(table, Store);
        await PutAsync(table, "a", "1");
        await PutAsync(table, "old", "x");
        await IncrementAsync(table, Store);
        await NextSecondAsync();
        await Client.DeleteTableAsync(table, Cancellation);
        while (await Dynalite.TableExistsAsync(table))
            await Task.Delay(20, Cancellation);
        await SampleTables.CreateAsync(Client, table, anew, Cancellation);
        await Streams.EnableStreamAsync(table);
        Assert.Equal(BackupType.Full, Assert.Single(await IncrementAsync(table, Store)).Type);
        Output.Warnings.Clear();
        return table;
    }
}
