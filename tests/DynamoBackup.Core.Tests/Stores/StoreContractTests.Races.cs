using System.Text;

namespace DynamoBackup.Core.Tests.Stores;

public abstract partial class StoreContractTests
{
    private const int Writers = 16;

    /// <summary>How often a race is run: a fault shows in one of some dozen only.</summary>
    protected virtual int Rounds => 40;

    [Fact]
    public async Task Putting_the_same_bytes_again_succeeds_and_other_bytes_are_a_conflict()
    {
        await Store.PutIfAbsentAsync("object", "first"u8.ToArray(), Cancellation);
        await Store.PutIfAbsentAsync("object", "first"u8.ToArray(), Cancellation);
        foreach (var other in new[] { "other", "", "firs", "first!" })
        {
            var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => Store.PutIfAbsentAsync("object", Encoding.UTF8.GetBytes(other), Cancellation));
            Assert.Equal(BackupErrorCode.StoreConflict, exception.Code);
            Assert.Equal("object", exception.Target);
        }

        Assert.Equal("first", await Store.ReadTextAsync("object", Cancellation));
    }

    [Fact]
    public async Task Of_concurrent_writers_of_different_bytes_exactly_one_wins_and_its_object_is_whole()
    {
        for (var round = 0; round < Rounds * 3; round++)
        {
            var name = $"race/{round}/object";
            var outcomes = await RaceAsync(async writer =>
            {
                try
                {
                    await Store.PutIfAbsentAsync(name, ContentOf(writer), Cancellation);
                    return true;
                }
                catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.StoreConflict)
                {
                    return false;
                }
            });

            var winner = Assert.Single(outcomes, outcome => outcome.Result).Writer;
            Assert.Equal(ContentOf(winner), await Store.ReadAsync(name, Cancellation));
            Assert.Equal([name], await Store.NamesAsync($"race/{round}", Cancellation));
        }
    }

    [Fact]
    public async Task Concurrent_writers_of_the_same_bytes_all_succeed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"race/{round}/object";
            await RaceAsync(async _ =>
            {
                await Store.PutIfAbsentAsync(name, ContentOf(7), Cancellation);
                return true;
            });
            Assert.Equal(ContentOf(7), await Store.ReadAsync(name, Cancellation));
        }
    }

    [Fact]
    public async Task A_delete_of_a_folders_last_object_does_not_hinder_a_write_of_the_next_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (root, pairs) = ($"race/{round}", Writers / 2);
            for (var pair = 0; pair < pairs; pair++)
                await Store.WriteAsync($"{root}/{pair}/old", "old", Cancellation);
            await RaceAsync(async number =>
            {
                var folder = $"{root}/{number / 2}";
                await (number % 2 == 0 ? Store.DeleteAsync($"{folder}/old", Cancellation) : Store.WriteAsync($"{folder}/new", "new", Cancellation));
                return true;
            });
            Assert.Equal(Enumerable.Range(0, pairs).Select(pair => $"{root}/{pair}/new"), await Store.NamesAsync(root, Cancellation));
        }
    }

    [Fact]
    public async Task Concurrent_deletes_of_all_that_a_folder_holds_succeed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var folder = $"race/{round}/deep";
            for (var number = 0; number < Writers; number++)
                await Store.WriteAsync($"{folder}/{number}", "old", Cancellation);
            await RaceAsync(async number =>
            {
                await Store.DeleteAsync($"{folder}/{number}", Cancellation);
                return true;
            });
            Assert.Empty(await Store.NamesAsync("", Cancellation));
        }
    }

    [Fact]
    public async Task A_reader_sees_an_object_whole_while_it_is_replaced_again_and_again()
    {
        await Store.WriteAsync("object", ContentOf(0), Cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = Task.Run(async () =>
        {
            var reads = 0;
            for (; !ended.IsCancellationRequested || reads == 0; reads++)
            {
                var content = await Store.ReadAsync("object", Cancellation);
                Assert.Equal(ContentOf(content[0]), content);
            }
        }, Cancellation);
        for (var writer = 1; writer < Writers; writer++)
            await Store.WriteAsync("object", ContentOf(writer), Cancellation);
        await ended.CancelAsync();
        await reading;
    }

    /// <summary>Lets threads of their own go at once: tasks of the pool would wait for one another.</summary>
    private static async Task<(int Writer, T Result)[]> RaceAsync<T>(Func<int, Task<T>> run)
    {
        using var start = new Barrier(Writers);
        var racers = Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(Cancellation);
                return (writer, run(writer).GetAwaiter().GetResult());
            },
            Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        return await Task.WhenAll(racers);
    }

    private static byte[] ContentOf(int writer) => [.. Enumerable.Repeat((byte)writer, 20_000 + writer)];
}
