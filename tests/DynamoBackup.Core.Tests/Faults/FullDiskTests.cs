using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>A store whose disk has no room left. The disk is a small one in memory, which only root may mount.</summary>
public sealed class FullDiskTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task A_backup_that_finds_no_room_says_so_and_leaves_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 256);
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(Request(table) with { Destinations = [disk.Path] }));

        Assert.Equal(BackupErrorCode.StoreFull, error.Code);
        Assert.Contains("Free some space", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(disk.Path, "*", SearchOption.AllDirectories));
        Assert.Empty(await CatalogRun.RunAsync(new BackupQuery { Sources = [disk.Path] }, Output, Cancellation));
    }

    [Fact]
    public async Task A_full_disk_costs_the_backup_at_another_place_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 256);
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));

        var backup = Assert.Single(await BackupRun.RunAsync(Request(table) with { Destinations = [disk.Path, Store] }, Output, Cancellation));

        Assert.Equal((Store, BackupErrorCode.StoreFull), (backup.Location, Assert.Single(Output.Errors).Code));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
        Assert.Empty(await CatalogRun.RunAsync(new BackupQuery { Sources = [disk.Path] }, Output, Cancellation));
    }

    [Fact]
    public async Task Wherever_the_room_ends_there_is_a_whole_backup_or_none()
    {
        // From too little for the first file to room enough for everything, so that it also ends between manifests.
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        var outcomes = new List<bool>();
        for (var kilobytes = 4; kilobytes <= 72; kilobytes += 4)
        {
            await using var disk = await SmallDisk.MountAsync(kilobytes);
            try
            {
                var backup = await BackUpAsync(Request(table) with { Destinations = [disk.Path], Segments = 1 });
                Assert.True((await VerifyAsync(backup, VerificationLevel.Content)).IsValid);
                outcomes.Add(true);
            }
            catch (DynamoBackupException failure)
            {
                Assert.Equal(BackupErrorCode.StoreFull, failure.Code);
                Assert.Empty(await CatalogRun.RunAsync(new BackupQuery { Sources = [disk.Path] }, Output, Cancellation));
                outcomes.Add(false);
            }
        }

        Assert.Contains(true, outcomes);
        Assert.Contains(false, outcomes);
    }

    private BackupRequest Request(string table) => RequestFor(table) with { Compression = BackupCompression.None };
}
