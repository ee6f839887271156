using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>Two stores that each hold a part of the increments, some changes in both and some in one alone, tell one history.</summary>
public sealed class SeveralStoresHistoryTests(DynaliteFixture dynalite) : HistoryTest(dynalite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_change_comes_once_in_order_with_its_time_and_a_store_that_holds_it(bool secondFirst)
    {
        var table = await ArrangeAsync();
        var versions = await HistoryAsync(secondFirst ? [Second, Store] : Both, JsonKey("a"));

        Assert.Equal(["Put 1", "Update 2", "Delete", "Put 3"], versions.Select(Told));
        Assert.Equal(await RecordedAsync(table), versions.Select(version => (version.SequenceNumber!, version.TimeUtc)));
        await AssertSourcesAsync(versions);
        // The oldest backup that tells of it.
        Assert.Equal((await ListAsync(Store)).First(backup => backup is { Type: BackupType.Incremental, ItemCount: > 0 }).Id, versions[0].BackupId);
        Assert.Equal([Store, Second], [versions[0].Location, versions[3].Location]);
        Assert.Empty(Output.Errors);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task At_each_second_the_version_of_that_second_is_found_whichever_store_knows_it()
    {
        await ArrangeAsync();
        foreach (var version in await HistoryAsync(Both, JsonKey("a")))
        {
            var found = await AskAsync(Both, version.TimeUtc, JsonKey("a"));
            if (version.Change == ItemVersionChange.Delete)
            {
                Assert.Empty(found);
                Assert.True(Output.Errors.TryDequeue(out var gone));
                Assert.Equal(BackupErrorCode.ItemNotFound, gone.Code);
                Assert.Contains("deleted at", gone.Message, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal((version.Item, version.TimeUtc, version.SequenceNumber), Assert.Single(found.Select(one => (one.Item, one.TimeUtc, one.SequenceNumber))));
        }

        Assert.Empty(Output.Errors);
    }

    [Fact]
    public async Task Alone_each_store_tells_what_it_holds_and_the_lagging_one_refuses_what_it_does_not_know()
    {
        await ArrangeAsync();
        Assert.Equal(["Put 1", "Update 2"], (await HistoryAsync([Store], JsonKey("a"))).Select(Told));
        var last = (await HistoryAsync([Second], JsonKey("a")))[^1];
        Assert.Equal("Put 3", Told(last));
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => AskAsync([Store], last.TimeUtc, JsonKey("a")));
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
        Assert.Contains("they reach up to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_takes_the_changes_from_the_store_that_goes_further()
    {
        await ArrangeAsync();
        var versions = await HistoryAsync(Both, JsonKey("a"));
        Assert.Equal("3", await RestoredValueAsync(await RestoreAsync(Both, versions[3].TimeUtc), "a"));
        Assert.Null(await RestoredValueAsync(await RestoreAsync(Both, versions[2].TimeUtc), "a"));
        Assert.Equal("2", await RestoredValueAsync(await RestoreAsync([Second, Store], versions[1].TimeUtc), "a"));
    }

    /// <summary>The first store has the first two changes in two increments and lags after that, the second has the same two in one and the others in another.</summary>
    private async Task<string> ArrangeAsync()
    {
        var table = await NewLaggingTableAsync();
        await NextSecondAsync();
        await DeleteAsync(table, "a");
        await NextSecondAsync();
        await PutAsync(table, "a", "3");
        await IncrementAsync(table, Second);
        Output.Warnings.Clear();
        return table;
    }
}
