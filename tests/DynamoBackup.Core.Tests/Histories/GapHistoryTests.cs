using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>Changes that left the stream before one store had them: what is still told of that time, what is refused, and what another store mends.</summary>
public sealed class GapHistoryTests(DynaliteFixture dynalite) : HistoryTest(dynalite)
{
    [Fact]
    public async Task The_history_shows_what_the_next_full_backup_saw_and_warns_of_the_time_in_between()
    {
        await ArrangeAsync();
        var versions = await HistoryAsync([Store], JsonKey("a"));
        Assert.Equal(["Put 1", "Present lost", "Update 2"], versions.Select(Told));
        Assert.Equal((null, BackupType.Full), (versions[1].SequenceNumber, versions[1].Type));
        Assert.InRange(versions[1].TimeUtc, versions[0].TimeUtc, versions[2].TimeUtc);
        Assert.Equal(["Put x", "Absent"], (await HistoryAsync([Store], JsonKey("gone"))).Select(Told));

        var (last, anew) = await EdgesAsync();
        Assert.All(Output.Warnings, warning => Assert.Contains($"between {Text(last)} and {Text(anew)}", warning, StringComparison.Ordinal));
        Assert.Equal(2, Output.Warnings.Count);
    }

    [Fact]
    public async Task An_instant_in_it_is_refused_with_the_nearest_ones_by_a_store_that_does_not_cover_it()
    {
        var at = await ArrangeAsync();
        var (last, anew) = await EdgesAsync();
        foreach (var ask in new Func<Task>[] { () => AskAsync([Store], at, JsonKey("a")), () => RestoreAsync([Store], at) })
        {
            var error = await Assert.ThrowsAsync<DynamoBackupException>(ask);
            Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
            Assert.Contains($"{Text(last)} before it and {Text(anew)} after it", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("1", Assert.Single(await AskAsync([Store], last, JsonKey("a"))).Item);
        Assert.Equal("lost", Assert.Single(await AskAsync([Store], anew, JsonKey("a"))).Item);
    }

    [Fact]
    public async Task A_second_store_that_covers_it_closes_it()
    {
        var at = await ArrangeAsync();
        var versions = await HistoryAsync(Both, JsonKey("a"));
        Assert.Equal(["Put 1", "Update between", "Update lost", "Update 2"], versions.Select(Told));
        Assert.All(versions, version => Assert.NotNull(version.SequenceNumber));
        Assert.Equal(["Put x", "Delete"], (await HistoryAsync(Both, JsonKey("gone"))).Select(Told));
        Assert.Empty(Output.Warnings);
        Assert.Single(ChainRun.List(await ListAsync(Store), null), backup => backup.Gap is not null);
        Assert.DoesNotContain(ChainRun.List(await ListAsync(Both), null), backup => backup.Gap is not null);

        Assert.Equal("between", Assert.Single(await AskAsync(Both, at, JsonKey("a"))).Item);
        var restored = await RestoreAsync(Both, at);
        Assert.Equal(("between", "x"), (await RestoredValueAsync(restored, "a"), await RestoredValueAsync(restored, "gone")));
        Assert.True(restored.Verified);
        Assert.Null((await RestoredValueAsync(await RestoreAsync(Both, versions[3].TimeUtc), "gone")));
    }

    /// <summary>Trims the stream behind what the second store alone has read.</summary>
    /// <returns>A second that the first store knows nothing of.</returns>
    private async Task<DateTime> ArrangeAsync()
    {
        var table = await NewStreamTableAsync(3);
        await IncrementAsync(table, Both);
        await PutAsync(table, "a", "1");
        await PutAsync(table, "gone", "x");
        await IncrementAsync(table, Both);
        await NextSecondAsync();
        await NextSecondAsync();
        await PutAsync(table, "a", "between");
        var at = (await RecordedAsync(table))[^1].TimeUtc;
        await NextSecondAsync();
        await NextSecondAsync();
        await PutAsync(table, "a", "lost");
        await DeleteAsync(table, "gone");
        await IncrementAsync(table, Second);
        await Streams.TrimAsync(table);
        Assert.Equal(BackupType.Full, Assert.Single(await IncrementAsync(table, Store)).Type);
        await NextSecondAsync();
        await PutAsync(table, "a", "2");
        await IncrementAsync(table, Both);
        Output.Warnings.Clear();
        return at;
    }

    /// <summary>The last second before the gap and the first one after it.</summary>
    private async Task<(DateTime Last, DateTime Anew)> EdgesAsync()
    {
        var gap = (await ListAsync(Store)).Single(backup => backup.Gap is not null).Gap!;
        var anew = (await ListAsync(Store)).Where(backup => backup.Type == BackupType.Full).Max(backup => backup.ToUtc!.Value);
        return (gap.FromUtc!.Value, anew);
    }

    private static string Text(DateTime second) => second.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
