using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A merge, or a restore to an instant, that is cancelled while it puts the state together leaves nothing of it, and the next one succeeds.</summary>
public sealed class ReplayCancelTests(DynaliteFixture dynalite) : ChainFixture(dynalite)
{
    [Theory]
    [InlineData("Reading changes")]
    [InlineData("Replaying changes")]
    [InlineData("Replayed ")]
    [InlineData("Reading back ")]
    public async Task A_merge_leaves_the_store_as_it_was(string phase)
    {
        await ArrangeAsync(41, 60, 90, 80, 60);
        var before = FilesIn(Store);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var (stored, temporary) = (0, 0);
        var output = new PhaseOutput(phase, () =>
        {
            (stored, temporary) = (FilesIn(Store).Length - before.Length, FilesIn(WorkingDirectory).Length);
            ending.Cancel();
        });
        var request = new MergeRequest { Known = await KnownAsync(), WorkingDirectory = WorkingDirectory };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MergeRun.RunAsync(request, output, ending.Token));

        Assert.True(output.IsReached && stored > 0 && temporary > 0, $"It was not in the middle: {stored} files in the store, {temporary} temporary ones.");
        Assert.Equal(before, FilesIn(Store));
        AssertNothingTemporaryIsLeft();

        var merged = await MergeRun.RunAsync(request, Output, Cancellation);
        Assert.Equal(DigestAt(new DateTimeOffset(Increments[^1].ToUtc!.Value).ToUnixTimeSeconds()), merged.ContentDigest);
        Assert.True((await VerifyAsync(merged, VerificationLevel.Content)).IsValid);
        AssertNothingTemporaryIsLeft();
    }

    [Theory]
    [InlineData("The state is put together")]
    [InlineData("Reading changes")]
    [InlineData("Replaying changes")]
    [InlineData("Replayed ")]
    public async Task A_restore_leaves_no_table_and_no_temporary_state(string phase)
    {
        await ArrangeAsync(42, 60, 90, 80, 60);
        var (second, target, before) = (SecondOf(100), DynaliteFixture.NewName("restored"), FilesIn(Store));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var output = new PhaseOutput(phase, ending.Cancel);
        using (var run = await OpenAsync(RestoreOf(Base, target), At(second)))
        {
            var plan = await run.PlanAsync(null, Output, Cancellation);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(plan, null, output, ending.Token));
            Assert.True(output.IsReached);
            // Not only when the run is disposed: whoever cancels may end the process.
            AssertNothingTemporaryIsLeft();
        }

        Assert.False(await Dynalite.TableExistsAsync(target));
        Assert.Equal(before, FilesIn(Store));
        var result = await RestoreAsync(RestoreOf(Base, target), At(second));
        Assert.Equal((DigestAt(second), true), (result.ContentDigest, result.Verified));
        AssertNothingTemporaryIsLeft();
    }

    [Theory]
    [InlineData(RestoreMode.Overwrite, true)]
    [InlineData(RestoreMode.Replace, false)]
    public async Task A_restore_into_a_table_that_is_there_leaves_it_as_it_was(RestoreMode mode, bool resume)
    {
        await ArrangeAsync(43, 60, 90, 80);
        var (second, digest) = (SecondOf(40), Base.ContentDigest);
        var request = RestoreOf(Base, Table) with { Mode = mode, Resume = resume };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var output = new PhaseOutput("Replayed ", ending.Cancel);
        using (var run = await OpenAsync(request, At(second)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resume ? run.PlanAsync(null, output, ending.Token) : run.CompareAsync(null, output, ending.Token));
            Assert.True(output.IsReached);
            AssertNothingTemporaryIsLeft();
        }

        Assert.Equal(digest, await Faults.IndependentDigest.OfTableAsync(Dynalite.Client, Table, Cancellation));
        var result = await RestoreAsync(request, At(second));
        Assert.Equal((DigestAt(second), true), (result.ContentDigest, result.Verified));
    }

    private static string[] FilesIn(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
