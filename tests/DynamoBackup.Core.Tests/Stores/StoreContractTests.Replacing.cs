using System.Text;

namespace DynamoBackup.Core.Tests.Stores;

public abstract partial class StoreContractTests
{
    private const long Limit = 1 << 20;

    [Fact]
    public async Task An_object_is_replaced_only_where_it_has_the_version_that_was_read()
    {
        Assert.Null(await Store.ReadVersionAsync("a/object", Limit, Cancellation));
        Assert.Null(await ReplaceAsync("early", "not read, for it is not there"));
        var first = await ReplaceAsync("first", null);
        Assert.NotNull(first);
        Assert.Null(await ReplaceAsync("second", null));
        var second = await ReplaceAsync("second", first);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Null(await ReplaceAsync("third", first));

        var read = await Store.ReadVersionAsync("a/object", Limit, Cancellation);
        Assert.Equal("second", Encoding.UTF8.GetString(read!.Content.Span));
        Assert.Equal(second, read.Version);
        Assert.InRange(read.Age, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(5));
        Assert.Equal(["a/object"], await Store.NamesAsync("", Cancellation));

        await Store.DeleteAsync("a/object", Cancellation);
        Assert.Null(await ReplaceAsync("third", second));
        Assert.Empty(await Store.FoldersAsync("", Cancellation));
        Assert.NotNull(await ReplaceAsync("anew", null));

        Task<string?> ReplaceAsync(string text, string? version) => Store.TryReplaceAsync("a/object", Encoding.UTF8.GetBytes(text), version, Cancellation);
    }

    [Fact]
    public async Task A_replacement_that_is_repeated_because_its_answer_was_lost_succeeds()
    {
        var first = await Store.TryReplaceAsync("object", "first"u8.ToArray(), null, Cancellation);
        Assert.Equal(first, await Store.TryReplaceAsync("object", "first"u8.ToArray(), null, Cancellation));
        var second = await Store.TryReplaceAsync("object", "second"u8.ToArray(), first, Cancellation);
        Assert.Equal(second, await Store.TryReplaceAsync("object", "second"u8.ToArray(), first, Cancellation));
    }

    [Fact]
    public async Task An_object_larger_than_the_limit_is_refused_and_not_read_into_memory()
    {
        await Store.WriteAsync("object", new byte[100_000], Cancellation);

        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => Store.ReadVersionAsync("object", 99_999, Cancellation));

        Assert.Equal(BackupErrorCode.ManifestDamaged, exception.Code);
        Assert.NotNull(await Store.ReadVersionAsync("object", 100_000, Cancellation));
    }

    [Fact]
    public async Task Of_concurrent_replacers_of_one_version_exactly_one_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"race/{round}/object";
            var version = round % 2 == 0 ? null : await Store.TryReplaceAsync(name, "before"u8.ToArray(), null, Cancellation);
            var outcomes = await RaceAsync(writer => Store.TryReplaceAsync(name, ContentOf(writer), version, Cancellation));

            var (winner, won) = Assert.Single(outcomes, outcome => outcome.Result is not null);
            Assert.Equal(ContentOf(winner), await Store.ReadAsync(name, Cancellation));
            Assert.Equal(won, (await Store.ReadVersionAsync(name, Limit, Cancellation))!.Version);
        }
    }

    [Fact]
    public async Task Concurrent_replacers_that_each_read_first_lose_no_replacement()
    {
        const int Each = 5;
        await Store.TryReplaceAsync("counter", "start\n"u8.ToArray(), null, Cancellation);
        await RaceAsync(async writer =>
        {
            for (var number = 0; number < Each;)
            {
                var read = (await Store.ReadVersionAsync("counter", Limit, Cancellation))!;
                byte[] next = [.. read.Content.Span, .. Encoding.UTF8.GetBytes($"{writer}.{number}\n")];
                if (await Store.TryReplaceAsync("counter", next, read.Version, Cancellation) is not null)
                    number++;
            }

            return true;
        });

        var lines = (await Store.ReadTextAsync("counter", Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + (Writers * Each), lines.Distinct().Count());
        Assert.Equal(1 + (Writers * Each), lines.Length);
    }
}
