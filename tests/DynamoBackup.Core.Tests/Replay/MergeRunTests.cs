using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A merged backup is the table at an instant, by its writer's record; the chain can go on from it where nothing was left out.</summary>
public sealed class MergeRunTests(DynaliteFixture dynalite) : ChainFixture(dynalite)
{
    [Fact]
    public async Task The_newest_instant_is_merged_and_the_chain_can_go_on()
    {
        await ArrangeAsync(21, 30, 50, 60, 40);
        var merged = await MergeAsync();
        var second = new DateTimeOffset(Increments[^1].ToUtc!.Value).ToUnixTimeSeconds();
        Assert.Equal((DigestAt(second), CountAt(second)), (merged.ContentDigest, merged.ItemCount));
        Assert.Equal((BackupType.Full, BackupExactness.Exact, Increments[^1].ToUtc, Increments[^1].ToUtc, Increments[^1].StreamArn), (merged.Type, merged.Exactness, merged.FromUtc, merged.ToUtc, merged.StreamArn));
        Assert.True((await VerifyAsync(merged, VerificationLevel.Content)).IsValid);
        var sidecar = await SidecarOfAsync(merged);
        Assert.Equal([Base.Id, Increments[0].Id, Increments[1].Id], sidecar.MergedFrom!);
        Assert.Equal(sidecar.Stream!.To, sidecar.Stream.From);
        Assert.Equal((await SidecarOfAsync(Increments[1])).Stream!.To, sidecar.Stream.To);
        Assert.Equal(4, (await ListAsync()).Count);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task An_instant_in_between_is_merged_and_restored_to_the_same_table()
    {
        await ArrangeAsync(22, 30, 50, 60, 40);
        var merged = await MergeAsync(at: At(SecondOf(80)).AddMilliseconds(400), compression: BackupCompression.Zstd);
        Assert.Equal((DigestAt(SecondOf(80)), (string?)null), (merged.ContentDigest, merged.StreamArn));
        Assert.True(string.CompareOrdinal(merged.Id, Increments[^1].Id) <= 0);
        var result = await RestoreAsync(RestoreOf(merged, DynaliteFixture.NewName("restored")), null, merged);
        Assert.Equal((merged.ContentDigest, true), (result.ContentDigest, result.Verified));
    }

    [Fact]
    public async Task The_merged_backup_is_what_a_later_restore_begins_with()
    {
        await ArrangeAsync(23, 30, 50, 60);
        var merged = await MergeAsync();
        var result = await RestoreAsync(RestoreOf(Base, DynaliteFixture.NewName("restored")), new DateTimeOffset(Increments[^1].ToUtc!.Value));
        Assert.Equal([merged.Id], result.BackupIds);
        Assert.Equal((merged.ContentDigest, Increments[^1].ToUtc), (result.ContentDigest, result.PointInTimeUtc));
    }

    [Fact]
    public async Task It_goes_to_another_store_where_that_is_asked_for()
    {
        await ArrangeAsync(24, 20, 30, 20);
        var other = Path.Combine(Path.GetDirectoryName(Store)!, "other");
        var merged = await MergeAsync(destination: other, backup: Increments[0]);
        Assert.Equal(other, merged.Location);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Where_there_is_nothing_to_merge_that_is_an_error()
    {
        await ArrangeAsync(25, 20, 30);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => MergeAsync(backup: Base));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        error = await Assert.ThrowsAsync<DynamoBackupException>(() => MergeAsync());
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damage_ends_it_and_leaves_nothing(bool ofBase)
    {
        await ArrangeAsync(26, 20, 30, 40);
        var before = Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length;
        Damage(ofBase ? Base : Increments[0]);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => MergeAsync());
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Equal(before, Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task Cancelled_it_leaves_nothing()
    {
        await ArrangeAsync(27, 20, 30, 40);
        var before = Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length;
        var request = new MergeRequest { Known = await KnownAsync(), WorkingDirectory = WorkingDirectory };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MergeRun.RunAsync(request, Output, new CancellationToken(true)));
        Assert.Equal(before, Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Length);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task The_plan_tells_what_would_be_merged()
    {
        await ArrangeAsync(28, 20, 30, 40, 20);
        var plan = MergeRun.Plan(new MergeRequest { Known = await KnownAsync() }, Output);
        Assert.Equal((Table, Store, 60L, Increments[^1].ToUtc), (plan.TableName, plan.Destination, plan.Changes, plan.AtUtc));
        Assert.Contains(Base.Id, MergeRun.Describe(plan), StringComparison.Ordinal);
    }

    private async Task<BackupInfo> MergeAsync(BackupInfo? backup = null, DateTimeOffset? at = null, string? destination = null, BackupCompression compression = BackupCompression.Gzip) => await MergeRun.RunAsync(
        new MergeRequest { Backup = backup, Known = await KnownAsync(), PointInTime = at, Destination = destination, Compression = compression, WorkingDirectory = WorkingDirectory }, Output, Cancellation);

    private async Task<Sidecar> SidecarOfAsync(BackupInfo backup)
    {
        using var store = StoreLocation.Open(backup.Location, new StoreOptions(), Output);
        return (await BackupReader.ReadAsync(store, backup.Path, Cancellation))!.Sidecar!;
    }
}
