using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>
/// What <see cref="IBackupStore"/> promises, clause by clause. Every kind of store inherits these tests and brings a fresh, empty store to
/// each. The other parts of this class are about listing, names and races.
/// </summary>
public abstract partial class StoreContractTests : IAsyncLifetime
{
    protected IBackupStore Store { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A store that exists, holds nothing and belongs to this test alone.</summary>
    protected abstract ValueTask<IBackupStore> OpenAsync();

    [Fact]
    public async Task What_is_committed_is_read_back_byte_for_byte()
    {
        await Store.WriteAsync("a/b.json", "content", Cancellation);
        Assert.Equal("content", await Store.ReadTextAsync("a/b.json", Cancellation));
        Assert.Equal(new StoreEntry("a/b.json", 7), await Store.FindAsync("a/b.json", Cancellation));
    }

    [Fact]
    public async Task An_entry_tells_when_it_was_written_where_the_store_knows()
    {
        Assert.SkipWhen(Store is MemoryStore, "A store in memory keeps no times.");
        await Store.WriteAsync("folder/object", "content", Cancellation);
        var found = await Store.FindAsync("folder/object", Cancellation);
        var listed = Assert.Single(await Store.EntriesAsync("", Cancellation));
        // Clocks of services count whole seconds, some of them.
        foreach (var written in new[] { found!.Modified, listed.Modified })
            Assert.InRange(written!.Value, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddMinutes(2));
    }

    [Fact]
    public async Task An_object_is_invisible_until_it_is_committed()
    {
        await using var writer = await Store.CreateAsync("folder/object", Cancellation);
        await writer.Stream.WriteAsync(new byte[1_000_000], Cancellation);
        await writer.Stream.FlushAsync(Cancellation);
        await AssertAbsentAsync("folder/object");

        await writer.CommitAsync(Cancellation);

        Assert.Equal(1_000_000, (await Store.FindAsync("folder/object", Cancellation))?.Length);
    }

    [Fact]
    public async Task An_abandoned_writer_leaves_nothing()
    {
        await using (var writer = await Store.CreateAsync("folder/object", Cancellation))
            await writer.Stream.WriteAsync(new byte[300_000], Cancellation);

        await AssertAbsentAsync("folder/object");
    }

    [Fact]
    public async Task A_writer_that_was_never_disposed_as_when_its_process_is_killed_shows_nothing()
    {
        var writer = await Store.CreateAsync("folder/object", Cancellation);
        await writer.Stream.WriteAsync(new byte[300_000], Cancellation);
        await writer.Stream.FlushAsync(Cancellation);

        await AssertAbsentAsync("folder/object");
        // The next run is not hindered by what the killed one left.
        await Store.WriteAsync("folder/object", "second run", Cancellation);
        Assert.Equal("second run", await Store.ReadTextAsync("folder/object", Cancellation));
        Assert.Equal(["folder/object"], await Store.NamesAsync("", Cancellation));
        await writer.DisposeAsync();
        Assert.Equal("second run", await Store.ReadTextAsync("folder/object", Cancellation));
    }

    [Fact]
    public async Task A_commit_replaces_an_object_of_the_same_name_and_no_earlier_moment_does()
    {
        await Store.WriteAsync("object", "the first and longer one", Cancellation);
        await using var writer = await Store.CreateAsync("object", Cancellation);
        await writer.Stream.WriteAsync("second"u8.ToArray(), Cancellation);
        Assert.Equal("the first and longer one", await Store.ReadTextAsync("object", Cancellation));

        await writer.CommitAsync(Cancellation);

        Assert.Equal("second", await Store.ReadTextAsync("object", Cancellation));
        Assert.Equal([new StoreEntry("object", 6)], await Store.EntriesAsync("", Cancellation));
    }

    [Fact]
    public async Task An_abandoned_writer_leaves_the_object_that_was_there()
    {
        await Store.WriteAsync("object", "first", Cancellation);
        await using (var writer = await Store.CreateAsync("object", Cancellation))
            await writer.Stream.WriteAsync("second"u8.ToArray(), Cancellation);

        Assert.Equal("first", await Store.ReadTextAsync("object", Cancellation));
    }

    [Fact]
    public async Task An_empty_object_exists_and_is_empty()
    {
        await using (var writer = await Store.CreateAsync("empty/committed", Cancellation))
            await writer.CommitAsync(Cancellation);
        await Store.PutIfAbsentAsync("empty/put", ReadOnlyMemory<byte>.Empty, Cancellation);

        Assert.Equal("", await Store.ReadTextAsync("empty/committed", Cancellation));
        Assert.Equal("", await Store.ReadTextAsync("empty/put", Cancellation));
        Assert.Equal([new StoreEntry("empty/committed", 0), new StoreEntry("empty/put", 0)], await Store.EntriesAsync("empty", Cancellation));
    }

    [Fact]
    public async Task An_object_of_some_megabytes_written_in_odd_pieces_comes_back_whole()
    {
        var content = new byte[5_000_003];
        new Random(5).NextBytes(content);
        await using (var writer = await Store.CreateAsync("big", Cancellation))
        {
            var (position, piece) = (0, 1);
            for (; position < content.Length; position += piece, piece = piece * 3 % 262_147)
            {
                piece = Math.Min(piece, content.Length - position);
                // Compressors write synchronously, hashing streams either way.
                if (piece % 2 == 0)
                    await writer.Stream.WriteAsync(content.AsMemory(position, piece), Cancellation);
                else
                    writer.Stream.Write(content.AsSpan(position, piece));
            }

            await writer.CommitAsync(Cancellation);
        }

        Assert.Equal(content.Length, (await Store.FindAsync("big", Cancellation))?.Length);
        await using var stream = await Store.OpenReadAsync("big", Cancellation);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(stream!, Cancellation));
    }

    [Fact]
    public async Task What_does_not_exist_is_null_and_no_error()
    {
        await Store.WriteAsync("folder/object", "x", Cancellation);
        foreach (var name in new[] { "missing", "folder/missing", "missing/object", "folder", "folder/object/below" })
        {
            Assert.Null(await Store.OpenReadAsync(name, Cancellation));
            Assert.Null(await Store.FindAsync(name, Cancellation));
        }
    }

    [Fact]
    public async Task Deleting_is_the_same_however_often_it_is_repeated()
    {
        await Store.WriteAsync("folder/one", "1", Cancellation);
        await Store.WriteAsync("folder/two", "2", Cancellation);

        await Store.DeleteAsync("folder/one", Cancellation);
        await Store.DeleteAsync("folder/one", Cancellation);
        await Store.DeleteAsync("never/was", Cancellation);

        Assert.Null(await Store.OpenReadAsync("folder/one", Cancellation));
        Assert.Equal(["folder/two"], await Store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task Deleting_a_folders_name_deletes_nothing_for_there_is_no_such_object()
    {
        await Store.WriteAsync("folder/object", "x", Cancellation);
        await Store.DeleteAsync("folder", Cancellation);
        Assert.Equal(["folder/object"], await Store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task A_folder_whose_last_object_was_deleted_is_not_listed_and_can_be_written_again()
    {
        await Store.WriteAsync("a/b/c/object", "x", Cancellation);
        await Store.DeleteAsync("a/b/c/object", Cancellation);
        Assert.Empty(await Store.FoldersAsync("", Cancellation));

        await Store.WriteAsync("a/b/c/object", "again", Cancellation);
        Assert.Equal("again", await Store.ReadTextAsync("a/b/c/object", Cancellation));
    }

    [Fact]
    public async Task The_location_leads_to_the_same_store_again()
    {
        await Store.WriteAsync("object", "x", Cancellation);
        Assert.False(string.IsNullOrWhiteSpace(Store.Location));
        await Store.EnsureExistsAsync(Cancellation);
        await Store.PrepareAsync(Cancellation);
        Assert.Equal("x", await Store.ReadTextAsync("object", Cancellation));
    }

    [Fact]
    public async Task Two_writers_of_one_name_do_not_mix()
    {
        await using var first = await Store.CreateAsync("object", Cancellation);
        await using var second = await Store.CreateAsync("object", Cancellation);
        foreach (var part in new[] { "one ", "two ", "three" })
        {
            await first.Stream.WriteAsync(Encoding.UTF8.GetBytes(part), Cancellation);
            await second.Stream.WriteAsync(Encoding.UTF8.GetBytes(part.ToUpperInvariant()), Cancellation);
        }

        await second.CommitAsync(Cancellation);
        Assert.Equal("ONE TWO THREE", await Store.ReadTextAsync("object", Cancellation));
        await first.CommitAsync(Cancellation);
        Assert.Equal("one two three", await Store.ReadTextAsync("object", Cancellation));
    }

    private async Task AssertAbsentAsync(string name)
    {
        Assert.Null(await Store.FindAsync(name, Cancellation));
        Assert.Null(await Store.OpenReadAsync(name, Cancellation));
        Assert.Empty(await Store.EntriesAsync("", Cancellation));
        Assert.Empty(await Store.EntriesAsync("folder", Cancellation));
    }
}
