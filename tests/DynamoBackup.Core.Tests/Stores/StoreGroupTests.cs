using System.Text;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>Several stores written as one: the pace is the slowest one's, and the failure of one is its own.</summary>
public sealed class StoreGroupTests
{
    private readonly List<(IBackupStore Store, BackupErrorCode Code)> _dropped = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_store_holds_the_others_back_until_it_has_room()
    {
        var (fast, slow) = (new MemoryStore(), new MemoryStore());
        var room = new TaskCompletionSource();
        using var group = Group(fast, new BrakedStore(slow) { Room = () => room.Task });
        await using var writer = await group.CreateAsync("a/object", Cancellation);
        writer.Stream.Write("bytes"u8);

        var waiting = writer.WaitForRoomAsync(Cancellation).AsTask();
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(100, Cancellation)));
        room.SetResult();
        await waiting;

        await writer.CommitAsync(Cancellation);
        foreach (var store in new[] { fast, slow })
            Assert.Equal("bytes", Encoding.UTF8.GetString(store["a/object"]));
        Assert.Empty(_dropped);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("room")]
    [InlineData("commit")]
    public async Task A_store_that_fails_is_left_out_and_told_once_and_the_other_gets_every_byte(string when)
    {
        var good = new MemoryStore();
        var bad = new BrakedStore(new MemoryStore()) { FailsAt = when };
        using var group = Group(bad, good);
        foreach (var name in new[] { "one", "two" })
        {
            await using var writer = await group.CreateAsync(name, Cancellation);
            writer.Stream.Write("first "u8);
            await writer.WaitForRoomAsync(Cancellation);
            writer.Stream.Write("second"u8);
            await writer.CommitAsync(Cancellation);
            Assert.Equal("first second", Encoding.UTF8.GetString(good[name]));
        }

        Assert.Equal([((IBackupStore)bad, BackupErrorCode.StoreWriteFailed)], _dropped);
        Assert.False(group.IsLive(bad));
        Assert.Equal(["two", "one"], good.Names.OrderDescending());
    }

    [Fact]
    public async Task The_failure_of_the_last_store_is_the_callers()
    {
        using var group = Group(new BrakedStore(new MemoryStore()) { FailsAt = "write" }, new BrakedStore(new MemoryStore()) { FailsAt = "commit" });
        await using var writer = await group.CreateAsync("object", Cancellation);
        writer.Stream.Write("bytes"u8);
        Assert.Single(_dropped);

        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => writer.CommitAsync(Cancellation));

        Assert.Equal((BackupErrorCode.StoreWriteFailed, "commit"), (exception.Code, exception.Target));
        Assert.Single(_dropped);
    }

    private StoreGroup Group(params IBackupStore[] stores) => new(stores, (store, failure) =>
    {
        lock (_dropped)
            _dropped.Add((store, failure.Code));
    });
}
