using DynamoBackup.Core.Tests.Faults;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A replay whose disk has no room: it says what to do, leaves nothing, and succeeds once there is room. The disk is a small one in memory, which only root may mount.</summary>
public sealed class ReplayDiskTests(DynaliteFixture dynalite) : ChainFixture(dynalite)
{
    [Fact]
    public async Task Too_little_room_is_found_before_anything_is_read()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 64);
        await ArrangeAsync(51, 40, 60, 60);
        var target = DynaliteFixture.NewName("restored");

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(Base, target) with { WorkingDirectory = disk.Path }, At(SecondOf(30))));
        AssertTellsWhatToDo(error, disk);
        Assert.Contains("The replay needs up to", error.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.TableExistsAsync(target));

        error = await Assert.ThrowsAsync<DynamoBackupException>(async () => await MergeRun.RunAsync(await MergeOfAsync(disk.Path), Output, Cancellation));
        AssertTellsWhatToDo(error, disk);
        Assert.Contains("The merge needs up to", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Temporary files of up to")]
    [InlineData("The state is put together")]
    [InlineData("Reading changes")]
    [InlineData("Replaying changes")]
    public async Task A_disk_that_another_fills_in_mid_restore_ends_it_and_with_room_it_succeeds(string phase)
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 2_048);
        await ArrangeAsync(52, 400, 600, 300);
        var (target, second) = (DynaliteFixture.NewName("restored"), SecondOf(200));
        var request = RestoreOf(Base, target) with { WorkingDirectory = disk.Path };
        var output = new PhaseOutput(phase, () => Fill(disk));
        using (var run = await OpenAsync(request, At(second)))
        {
            var plan = await run.PlanAsync(null, Output, Cancellation);
            var error = await Assert.ThrowsAsync<DynamoBackupException>(() => run.RunAsync(plan, null, output, Cancellation));
            Assert.True(output.IsReached);
            File.Delete(FillerOn(disk));
            AssertTellsWhatToDo(error, disk);
        }

        Assert.False(await Dynalite.TableExistsAsync(target));
        var result = await RestoreAsync(request, At(second));
        Assert.Equal((DigestAt(second), true), (result.ContentDigest, result.Verified));
    }

    [Fact]
    public async Task A_working_directory_that_fills_up_in_mid_merge_ends_it_and_the_store_is_as_it_was()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 1_024);
        await ArrangeAsync(53, 40, 60, 60);
        var before = Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length;
        var output = new PhaseOutput("Temporary files of up to", () => Fill(disk));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(async () => await MergeRun.RunAsync(await MergeOfAsync(disk.Path), output, Cancellation));
        File.Delete(FillerOn(disk));
        AssertTellsWhatToDo(error, disk);
        Assert.Equal(before, Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length);

        await AssertMergesAsync(await MergeOfAsync(disk.Path));
    }

    [Theory]
    [InlineData("Reading changes")]
    [InlineData("Replaying changes")]
    [InlineData("Reading back ")]
    public async Task A_store_that_fills_up_in_mid_merge_has_nothing_of_it_and_with_room_it_succeeds(string phase)
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 1_024);
        await ArrangeAsync(54, 400, 600, 300);
        var request = await MergeOfAsync(WorkingDirectory) with { Destination = disk.Path };
        var output = new PhaseOutput(phase, () => Fill(disk));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => MergeRun.RunAsync(request, output, Cancellation));
        File.Delete(FillerOn(disk));
        Assert.Equal(BackupErrorCode.StoreFull, error.Code);
        Assert.Contains("Free some space", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(disk.Path, "*", SearchOption.AllDirectories));
        AssertNothingTemporaryIsLeft();

        await AssertMergesAsync(request);
    }

    private static string FillerOn(SmallDisk disk) => Path.Combine(disk.Path, "filler");

    /// <summary>Takes all room that is left.</summary>
    private static void Fill(SmallDisk disk)
    {
        using var filler = new FileStream(FillerOn(disk), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // That was the last of it.
        }
    }

    private static void AssertTellsWhatToDo(DynamoBackupException error, SmallDisk disk)
    {
        Assert.Equal(BackupErrorCode.WorkingDirectoryFull, error.Code);
        Assert.Contains("Free some space, or give a folder on another disk with -WorkingDirectory", error.Message, StringComparison.Ordinal);
        Assert.Contains(disk.Path, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path, "differences-*"));
        Assert.Empty(Directory.GetFiles(disk.Path, "*.json", SearchOption.AllDirectories));
    }

    private async Task<MergeRequest> MergeOfAsync(string workingDirectory) => new() { Known = await KnownAsync(), WorkingDirectory = workingDirectory };

    private async Task AssertMergesAsync(MergeRequest request)
    {
        var merged = await MergeRun.RunAsync(request, Output, Cancellation);
        Assert.Equal(DigestAt(new DateTimeOffset(Increments[^1].ToUtc!.Value).ToUnixTimeSeconds()), merged.ContentDigest);
    }
}
