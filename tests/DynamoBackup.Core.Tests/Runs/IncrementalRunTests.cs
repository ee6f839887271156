using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Incremental backups out of a table's stream: what they build on, what they hold, and what they do where changes are lost.</summary>
public sealed class IncrementalRunTests(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    [Fact]
    public async Task Without_a_base_it_takes_a_full_backup_and_says_so_and_then_increments_that_hold_each_change_once()
    {
        var table = await NewStreamTableAsync();
        var full = Assert.Single(await IncrementAsync(table));
        Assert.Equal((BackupType.Full, BackupExactness.Exact, null), (full.Type, full.Exactness, full.ExactWith));
        Assert.Contains(Output.Warnings, warning => warning.Contains("a full backup is taken first", StringComparison.Ordinal));

        await PutAsync(table, "a", "1");
        await PutAsync(table, "a", "2");
        await Client.DeleteItemAsync(table, Key("a"), Cancellation);
        var first = Assert.Single(await IncrementAsync(table));
        Assert.Equal((BackupType.Incremental, full.Id, 3L, 3L), (first.Type, first.ParentId, first.ItemCount, first.ItemsScanned));
        Assert.Equal(full.ToUtc, first.FromUtc);

        await PutAsync(table, "b", "1");
        var second = Assert.Single(await IncrementAsync(table));
        Assert.Equal((first.Id, 1L), (second.ParentId, second.ItemCount));
        var empty = Assert.Single(await IncrementAsync(table));
        Assert.Equal((second.Id, 0L), (empty.ParentId, empty.ItemCount));
        Assert.All(await ListAsync(), backup => Assert.DoesNotContain(backup.Findings, finding => finding.Severity == FindingSeverity.Error));
        foreach (var backup in await ListAsync())
            Assert.Empty((await VerifyAsync(backup, VerificationLevel.Content)).Findings);
    }

    [Fact]
    public async Task Shards_that_split_roll_and_expire_between_and_during_runs_lose_and_double_nothing()
    {
        Streams.Options.ShardsPerPage = 2;
        Streams.Options.EmptyPageEvery = 3;
        var table = await NewStreamTableAsync(0);
        await IncrementAsync(table);
        var written = 0;
        for (var round = 0; round < 3; round++)
        {
            for (var index = 0; index < 40; index++)
                await PutAsync(table, $"k{index % 10}", $"{written++}");
            await Streams.CloseShardsAsync(table, children: 1 + round % 2);
            await Streams.ExpireIteratorsAsync(table);
            await PutAsync(table, "k1", $"{written++}");
            await IncrementAsync(table);
        }

        Assert.Equal(written, (await ListAsync()).Where(backup => backup.Type == BackupType.Incremental).Sum(backup => backup.ItemCount));
    }

    [Fact]
    public async Task RequireBase_fails_where_there_is_none_and_stores_nothing()
    {
        var table = await NewStreamTableAsync();
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => IncrementAsync(IncrementOf(table) with { RequireBase = true }));
        Assert.Equal(BackupErrorCode.BaseMissing, error.Code);
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_table_without_a_stream_is_refused_and_EnableStream_turns_one_on()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3));
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => IncrementAsync(table));
        Assert.Equal(BackupErrorCode.StreamNotEnabled, error.Code);
        Assert.Contains("-EnableStream", error.Message, StringComparison.Ordinal);

        Assert.Equal(BackupType.Full, Assert.Single(await IncrementAsync(IncrementOf(table) with { EnableStream = true })).Type);
        await PutAsync(table, "a", "1");
        Assert.Equal(1, Assert.Single(await IncrementAsync(table)).ItemCount);
    }

    [Theory]
    [InlineData("KEYS_ONLY")]
    [InlineData("OLD_IMAGE")]
    public async Task A_stream_without_new_images_is_refused_with_the_fix_and_makes_a_full_backup_fuzzy(string view)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3));
        await Streams.EnableStreamAsync(table, view);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => IncrementAsync(table));
        Assert.Equal(BackupErrorCode.StreamNotUsable, error.Code);
        Assert.Contains("NEW_AND_OLD_IMAGES", error.Message, StringComparison.Ordinal);

        var full = await BackUpAsync(FullOf(table));
        Assert.Equal(BackupExactness.Fuzzy, full.Exactness);
        Assert.Contains(full.Findings, finding => finding.Kind == FindingKind.NotExact && finding.Detail.Contains(view, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trimmed_changes_are_a_gap_that_the_next_full_backup_records()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await PutAsync(table, "a", "1");
        var last = Assert.Single(await IncrementAsync(table));
        await PutAsync(table, "a", "lost");
        await Streams.TrimAsync(table);
        await PutAsync(table, "b", "1");

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => IncrementAsync(IncrementOf(table) with { GapAction = GapAction.Fail }));
        Assert.Equal(BackupErrorCode.StreamGap, error.Code);
        var anew = Assert.Single(await IncrementAsync(table));
        Assert.Equal(BackupType.Full, anew.Type);
        Assert.Equal(last.ToUtc, anew.Gap!.FromUtc);
        Assert.Equal(3, (await ListAsync()).Count);
        Assert.NotNull((await ListAsync()).Single(backup => backup.Id == anew.Id).Gap);
    }

    [Fact]
    public async Task A_stream_that_was_turned_off_and_on_again_and_a_table_that_was_made_anew_are_gaps()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await Streams.DisableStreamAsync(table);
        await PutAsync(table, "lost", "1");
        await Streams.EnableStreamAsync(table);
        var anew = Assert.Single(await IncrementAsync(table));
        Assert.Contains("off and on again", anew.Gap!.Reason, StringComparison.Ordinal);

        await Client.DeleteTableAsync(table, Cancellation);
        while (await Dynalite.TableExistsAsync(table))
            await Task.Delay(20, Cancellation);
        await SampleTables.CreateAsync(Client, table, cancellationToken: Cancellation);
        await Streams.EnableStreamAsync(table);
        var other = Assert.Single(await IncrementAsync(table));
        Assert.Equal(BackupType.Full, other.Type);
        Assert.Contains("deleted", other.Gap!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_is_more_than_a_day_behind_is_a_gap()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        Streams.Options.ClockOffset = TimeSpan.FromHours(25);
        var anew = Assert.Single(await IncrementAsync(table));
        Assert.Equal(BackupType.Full, anew.Type);
        Assert.Contains("25 hours", anew.Gap!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_an_increment_was_deleted_the_next_one_builds_on_the_one_before_it_while_the_stream_holds_the_changes()
    {
        var table = await NewStreamTableAsync();
        var full = Assert.Single(await IncrementAsync(table));
        await PutAsync(table, "a", "1");
        var deleted = Assert.Single(await IncrementAsync(table));
        await PutAsync(table, "b", "1");
        var orphan = Assert.Single(await IncrementAsync(table));
        Directory.Delete(Path.Combine(deleted.Location, deleted.Path), recursive: true);
        await PutAsync(table, "c", "1");

        var healed = Assert.Single(await IncrementAsync(table));
        Assert.Equal((BackupType.Incremental, full.Id, 3L), (healed.Type, healed.ParentId, healed.ItemCount));
        Assert.Contains(Output.Warnings, warning => warning.Contains(orphan.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_destination_has_its_own_chain_and_one_that_lags_catches_up()
    {
        var table = await NewStreamTableAsync();
        var second = Path.Combine(Path.GetDirectoryName(Store)!, "second");
        var both = IncrementOf(table) with { Destinations = [Store, second] };
        await IncrementAsync(both);
        await PutAsync(table, "a", "1");
        await IncrementAsync(table);
        await PutAsync(table, "b", "1");
        var made = await IncrementAsync(both);

        Assert.Equal([1L, 2L], made.Select(backup => backup.ItemCount).Order());
        Assert.Equal(2, made.Single(backup => backup.Location == second).ItemCount);
        await PutAsync(table, "c", "1");
        Assert.All(await IncrementAsync(both), backup => Assert.Equal(1, backup.ItemCount));
    }

    [Fact]
    public async Task Continuous_completes_an_increment_every_time_and_a_last_one_at_its_end()
    {
        var table = await NewStreamTableAsync();
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = new RandomWriter(Client, table, 50, 50, Streams.Options.Now);
        // As long as the run, or a full backup that takes long leaves no change to the increments.
        var run = writer.RunAsync(long.MaxValue, writing.Token);
        var made = await IncrementAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromSeconds(1), Duration = TimeSpan.FromSeconds(12) });
        await writing.CancelAsync();
        await run.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.True(made.Count >= 2, $"{made.Count} backups");
        Assert.All(made.Skip(1), backup => Assert.Equal(BackupType.Incremental, backup.Type));
        Assert.All(made.Where(backup => backup is { Type: BackupType.Incremental, ItemCount: > 0, Lag: not null }), backup => Assert.InRange(backup.Lag!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.Contains(Output.Reports, report => report.Lag is not null);
        await IncrementAsync(table);
        Assert.DoesNotContain((await ListAsync()).SelectMany(backup => backup.Findings), finding => finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    public async Task Continuous_goes_on_when_its_only_shard_is_followed_by_another()
    {
        Streams.Options.InitialShards = 1;
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        var iterators = Streams.RequestCount("GetShardIterator");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = IncrementAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromMinutes(5) }, cancel.Token);
        await PutAsync(table, "a", "1");
        while (Streams.RequestCount("GetShardIterator") == iterators && !run.IsCompleted)
            await Task.Delay(10, Cancellation);
        await Streams.CloseShardsAsync(table, children: 1);
        await PutAsync(table, "a", "2");
        while (Streams.RequestCount("GetShardIterator") < iterators + 2 && !run.IsCompleted)
            await Task.Delay(10, Cancellation);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(2, Assert.Single(await IncrementAsync(table)).ItemCount);
    }

    [Fact]
    public async Task After_a_full_backup_of_a_table_that_changed_meanwhile_an_increment_builds_on_what_makes_that_exact()
    {
        var table = await NewStreamTableAsync(0);
        var isWritten = false;
        Streams.OnResponse = async exchange =>
        {
            if (exchange.Operation == "Scan" && !isWritten)
            {
                isWritten = true;
                await PutAsync(table, "a", "1");
            }
        };
        var full = await BackUpAsync(FullOf(table));
        await PutAsync(table, "a", "2");
        var increment = Assert.Single(await IncrementAsync(table));
        Assert.NotNull(full.ExactWith);
        Assert.Equal(full.ExactWith, increment.ParentId);
        Assert.Equal([full.Id, full.ExactWith, increment.Id], ChainRun.Resolve(await ListAsync(), new DateTimeOffset(increment.ToUtc!.Value, TimeSpan.Zero)).Select(backup => backup.Id));
    }

    [Fact]
    public async Task An_increment_builds_on_a_merged_backup_and_not_on_what_was_merged()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await PutAsync(table, "a", "1");
        await IncrementAsync(table);
        var merged = await MergeRun.RunAsync(new MergeRequest { Known = await ListAsync(), WorkingDirectory = WorkingDirectory }, Output, Cancellation);
        await PutAsync(table, "a", "2");
        Assert.Equal(merged.Id, Assert.Single(await IncrementAsync(table)).ParentId);
    }

    [Fact]
    public async Task Cancelled_it_leaves_nothing_unfinished_and_the_next_run_has_what_was_captured()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = IncrementAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromMinutes(5) }, cancel.Token);
        await PutAsync(table, "a", "1");
        while (!Directory.GetDirectories(Path.Combine(Store, table, "AWSDynamoDB")).Skip(1).Any())
            await Task.Delay(50, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Single(Directory.GetFiles(Store, "_started", SearchOption.AllDirectories));
        Assert.Equal(1, Assert.Single(await IncrementAsync(table)).ItemCount);
    }

    private static Dictionary<string, AttributeValue> Key(string key) => new() { [TableShape.HashKey] = Attr.S(key) };
}
