using CsCheck;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A table comes back as its writer remembers it at an instant, in every mode; and where it cannot, nothing has been written.</summary>
public sealed class PointInTimeRunTests(DynaliteFixture dynalite) : ChainFixture(dynalite)
{
    [Fact]
    public Task Any_second_is_restored_into_a_new_table() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 99], Gen.Bool).SampleAsync(
        async (seed, share, excludeTtl) =>
        {
            if (Base is null)
                await ArrangeAsync(seed, 40, 60, 70, 0, 50);
            var second = SecondOf(0) + ((Writer.Second - SecondOf(0)) * share / 100);
            var result = await RestoreAsync(RestoreOf(Base!, DynaliteFixture.NewName("restored")), At(second), excludeTtl: excludeTtl);
            Assert.Equal((DigestAt(second, excludeTtl), true), (result.ContentDigest, result.Verified));
            Assert.Equal(At(second).UtcDateTime, result.PointInTimeUtc);
            Assert.Equal(Base!.Id, result.BackupIds[0]);
            Assert.Equal(result.BackupIds[^1], result.BackupId);
            AssertNothingTemporaryIsLeft();
        },
        iter: 6, threads: 1);

    [Theory]
    [InlineData(RestoreMode.Replace)]
    [InlineData(RestoreMode.Overwrite)]
    [InlineData(RestoreMode.Supplement)]
    public async Task Every_mode_takes_the_state(RestoreMode mode)
    {
        await ArrangeAsync(1, 30, 50, 60, 60);
        var second = SecondOf(70);
        var result = await RestoreAsync(RestoreOf(Base, Table) with { Mode = mode }, At(second));
        Assert.Equal((CountAt(second), DigestAt(second), true), (result.ItemsRead, result.ContentDigest, result.Verified));
        Assert.Equal(mode, result.Mode);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task An_incremental_backup_is_restored_with_those_that_it_builds_on()
    {
        await ArrangeAsync(2, 30, 50, 40, 40, 40);
        var result = await RestoreAsync(RestoreOf(Increments[1], DynaliteFixture.NewName("restored")), null, Increments[1]);
        var second = new DateTimeOffset(Increments[1].ToUtc!.Value).ToUnixTimeSeconds();
        Assert.Equal((DigestAt(second), true), (result.ContentDigest, result.Verified));
        Assert.Equal([Base.Id, Increments[0].Id, Increments[1].Id], result.BackupIds);
        Assert.Equal((Increments[1].Id, Increments[1].ToUtc), (result.BackupId, result.PointInTimeUtc));
    }

    [Fact]
    public async Task A_full_backup_is_restored_as_it_is()
    {
        await ArrangeAsync(3, 20, 30, 20);
        var result = await RestoreAsync(RestoreOf(Base, DynaliteFixture.NewName("restored")), null, Base);
        Assert.Equal((Base.ContentDigest, Base.Id, (DateTime?)null), (result.ContentDigest, result.BackupId, result.PointInTimeUtc));
        Assert.Equal([Base.Id], result.BackupIds);
    }

    [Fact]
    public async Task A_chain_that_lies_in_two_stores_is_found()
    {
        await ArrangeAsync(4, 20, 30, 20);
        var other = Path.Combine(Path.GetDirectoryName(Store)!, "other");
        await AddIncrementAsync(20, other);
        var request = RestoreOf(Base, DynaliteFixture.NewName("restored"));
        var missing = await Assert.ThrowsAsync<DynamoBackupException>(() => OpenAsync(request, At(Writer.Second - 1)));
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, missing.Code);
        using var run = await OpenAsync(request, At(Writer.Second - 1), sources: [Store, other]);
        var result = await run.RunAsync(await run.PlanAsync(null, Output, Cancellation), null, Output, Cancellation);
        Assert.Equal((DigestAt(Writer.Second - 1), other), (result.ContentDigest, result.Location));
    }

    [Fact]
    public async Task A_fraction_of_a_second_is_dropped_and_told()
    {
        await ArrangeAsync(5, 20, 30, 40);
        var second = SecondOf(20);
        var result = await RestoreAsync(RestoreOf(Base, DynaliteFixture.NewName("restored")), At(second).AddMilliseconds(999));
        Assert.Equal(DigestAt(second), result.ContentDigest);
        Assert.Equal(FindingKind.InstantRounded, Assert.Single(result.Findings, finding => finding.Kind == FindingKind.InstantRounded).Kind);
        Assert.Contains(Output.Messages, message => message.Contains("not a whole second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Some_items_are_restored_by_key_and_by_condition()
    {
        await ArrangeAsync(6, 20, 30, 60);
        var second = SecondOf(50);
        var chosen = await RestoreAsync(
            RestoreOf(Base, DynaliteFixture.NewName("restored")) with { Where = (items, _) => Task.FromResult<IReadOnlyList<bool>>([.. items.Select((_, index) => index % 2 == 0)]) }, At(second));
        Assert.Equal(CountAt(second), chosen.ItemsRead);
        Assert.True(chosen.Written > 0 && chosen.Skipped > 0);
        Assert.True(chosen.Verified);
    }

    [Fact]
    public async Task The_plan_names_the_backups_and_makes_nothing()
    {
        await ArrangeAsync(7, 20, 30, 20, 20, 20, 20, 20, 20, 20);
        using var run = await OpenAsync(RestoreOf(Base, DynaliteFixture.NewName("restored")), At(Writer.Second - 1));
        var plan = await run.PlanAsync(null, Output, Cancellation);
        Assert.Equal((true, Increments[^1].Id, Base.ItemCount), (plan.CreatesTable, plan.Backup.Id, plan.Backup.ItemCount));
        Assert.Contains(Base.Id, run.Words, StringComparison.Ordinal);
        Assert.Contains("140 changes of 7 incremental backups", run.Words, StringComparison.Ordinal);
        Assert.Contains("2 more", run.Words, StringComparison.Ordinal);
        Assert.Contains(Increments[^1].Id, run.Words, StringComparison.Ordinal);
        Assert.False(Directory.Exists(WorkingDirectory));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damage_is_found_before_anything_is_written(bool ofBase)
    {
        await ArrangeAsync(8, 20, 30, 40, 40);
        Damage(ofBase ? Base : Increments[0]);
        var target = DynaliteFixture.NewName("restored");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(Base, target), At(SecondOf(60))));
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.False(await Dynalite.TableExistsAsync(target));
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task An_instant_that_no_backup_brings_back_is_refused_with_the_nearest_ones()
    {
        await ArrangeAsync(9, 20, 30, 40);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => OpenAsync(RestoreOf(Base, "restored"), At(Writer.Second + 5)));
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
    }

    [Fact]
    public async Task A_restore_that_was_ended_goes_on_from_the_same_state()
    {
        await ArrangeAsync(10, 400, 600, 900);
        var request = RestoreOf(Base, DynaliteFixture.NewName("restored")) with { Resume = true };
        await using var proxy = await Dynalite.NewProxyAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var batches = 0;
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && Interlocked.Increment(ref batches) > 4)
                await ending.CancelAsync();
        };
        // Within a budget the batches go out one after another, so the run cannot be over before it is ended.
        using (var run = await OpenAsync(request with { Connection = DynaliteFixture.ConnectTo(proxy.Endpoint), WriteLimit = new CapacityLimit(200, null) }, At(SecondOf(700))))
        {
            var plan = await run.PlanAsync(null, Output, Cancellation);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(plan, null, Output, ending.Token));
        }

        Assert.Single(Directory.GetFiles(WorkingDirectory, "*.restore.json"));
        proxy.OnRequest = null;
        using var again = await OpenAsync(request with { Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) }, At(SecondOf(700)));
        var next = await again.PlanAsync(null, Output, Cancellation);
        Assert.True(next.Continues);
        var result = await again.RunAsync(next, null, Output, Cancellation);
        Assert.Equal((DigestAt(SecondOf(700)), true), (result.ContentDigest, result.Verified));
    }

    [Fact]
    public async Task Cancelled_while_it_replays_it_leaves_nothing()
    {
        await ArrangeAsync(11, 20, 30, 40);
        var target = DynaliteFixture.NewName("restored");
        using var run = await OpenAsync(RestoreOf(Base, target), At(SecondOf(20)));
        var plan = await run.PlanAsync(null, Output, Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(plan, null, Output, new CancellationToken(true)));
        Assert.False(await Dynalite.TableExistsAsync(target));
        AssertNothingTemporaryIsLeft();
    }
}
