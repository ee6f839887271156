using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_listing_is_complete_at_any_depth_and_ordered_by_ordinal_name()
    {
        // '-' and '.' sort before '/', capitals before small letters, and 'ä' behind all of them.
        string[] names = ["Z", "a-b", "a.b", "a/b", "a/b.c/d/e/f", "a/c", "aa", "b/1", "b/10", "b/2", "z", "ä"];
        foreach (var name in names.Reverse())
            await Store.WriteAsync(name, name, Cancellation);

        var entries = await Store.EntriesAsync("", Cancellation);

        Assert.Equal(names.Order(StringComparer.Ordinal), entries.Select(entry => entry.Key));
        Assert.All(entries, entry => Assert.Equal(entry.Key == "ä" ? 2 : entry.Key.Length, entry.Length));
    }

    [Fact]
    public async Task A_folders_listing_has_what_is_below_it_and_no_neighbour_whose_name_begins_alike()
    {
        foreach (var name in new[] { "a/x", "a/b/y", "ab/z", "a-/z", "a.z", "b/a/x" })
            await Store.WriteAsync(name, "x", Cancellation);

        Assert.Equal(["a/b/y", "a/x"], await Store.NamesAsync("a", Cancellation));
        Assert.Equal(["a/b/y"], await Store.NamesAsync("a/b", Cancellation));
        Assert.Empty(await Store.NamesAsync("a/b/y", Cancellation));
        Assert.Empty(await Store.NamesAsync("nothing/here", Cancellation));
        Assert.Empty(await Store.NamesAsync("A", Cancellation));
    }

    [Fact]
    public async Task Folders_are_listed_one_level_deep_by_their_own_names_in_order()
    {
        foreach (var name in new[] { "b/x", "a/b/c/x", "a/B/x", "a-b/x", "file", "a/d", "ä/x" })
            await Store.WriteAsync(name, "x", Cancellation);

        Assert.Equal(["a", "a-b", "b", "ä"], await Store.FoldersAsync("", Cancellation));
        Assert.Equal(["B", "b"], await Store.FoldersAsync("a", Cancellation));
        Assert.Equal(["c"], await Store.FoldersAsync("a/b", Cancellation));
        Assert.Empty(await Store.FoldersAsync("a/b/c", Cancellation));
        Assert.Empty(await Store.FoldersAsync("file", Cancellation));
        Assert.Empty(await Store.FoldersAsync("nothing/here", Cancellation));
    }

    [Fact]
    public async Task A_listing_of_many_objects_misses_none()
    {
        // More than one page of any object store.
        var names = Enumerable.Range(0, ManyObjects).Select(number => $"folder/{number % 7}/{number:d5}").ToList();
        await Parallel.ForEachAsync(names, Cancellation, async (name, cancellation) => await Store.PutIfAbsentAsync(name, "x"u8.ToArray(), cancellation));

        Assert.Equal(names.Order(StringComparer.Ordinal), await Store.NamesAsync("folder", Cancellation));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], await Store.FoldersAsync("folder", Cancellation));
    }

    [Fact]
    public async Task An_empty_store_has_nothing_to_list()
    {
        Assert.Empty(await Store.EntriesAsync("", Cancellation));
        Assert.Empty(await Store.FoldersAsync("", Cancellation));
    }

    [Theory]
    [InlineData("with space/and (brackets)")]
    [InlineData("100%/a+b=c&d#e")]
    [InlineData("%2e%2e/%2F")]
    [InlineData("äöü/日本語/🔑")]
    [InlineData("...three/dots")]
    [InlineData("~/-rf")]
    [InlineData(".hidden")]
    [InlineData("folder/.hidden")]
    [InlineData(".folder/object")]
    [InlineData("$(name)/`x`/'y'")]
    public async Task A_name_is_refused_or_else_written_listed_found_and_read_as_it_is(string name)
    {
        try
        {
            await Store.WriteAsync(name, "x", Cancellation);
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.UnsafePath)
        {
            Assert.False(StoreKey.IsSafe(name));
            return;
        }

        Assert.Equal([name], await Store.NamesAsync("", Cancellation));
        Assert.Equal(new StoreEntry(name, 1), await Store.FindAsync(name, Cancellation));
        Assert.Equal("x", await Store.ReadTextAsync(name, Cancellation));
        await Store.DeleteAsync(name, Cancellation);
        Assert.Empty(await Store.NamesAsync("", Cancellation));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/..")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("./a")]
    [InlineData("/x")]
    [InlineData("/")]
    [InlineData("//server/share")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("..\\x")]
    [InlineData("C:x")]
    [InlineData("C:/x")]
    [InlineData("file:stream")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a/\u0085")]
    [InlineData("\u001b[2J")]
    [InlineData(null)]
    public async Task An_unsafe_name_is_refused_by_every_method_and_named_in_the_error(string? name)
    {
        // Null stands for a name that is too long: it would not be readable among the test's names.
        var unsafeName = name ?? string.Join('/', Enumerable.Repeat("abcdefg", 129));
        foreach (var refused in new Func<Task>[]
        {
            () => Store.CreateAsync(unsafeName, Cancellation),
            () => Store.PutIfAbsentAsync(unsafeName, "x"u8.ToArray(), Cancellation),
            () => Store.OpenReadAsync(unsafeName, Cancellation),
            () => Store.FindAsync(unsafeName, Cancellation),
            () => Store.DeleteAsync(unsafeName, Cancellation),
            () => Store.ReadVersionAsync(unsafeName, Limit, Cancellation),
            () => Store.TryReplaceAsync(unsafeName, "x"u8.ToArray(), null, Cancellation),
            () => Store.EntriesAsync(unsafeName, Cancellation),
            () => Store.FoldersAsync(unsafeName, Cancellation),
        })
        {
            var exception = await Assert.ThrowsAsync<DynamoBackupException>(refused);
            Assert.Equal(BackupErrorCode.UnsafePath, exception.Code);
            // A hostile name must not reach the console with its control characters.
            Assert.DoesNotContain(exception.Message, char.IsControl);
        }

        Assert.Empty(await Store.EntriesAsync("", Cancellation));
    }

    [Fact]
    public async Task An_empty_name_is_the_root_to_listings_and_refused_by_all_else()
    {
        foreach (var refused in new Func<Task>[]
        {
            () => Store.CreateAsync("", Cancellation),
            () => Store.PutIfAbsentAsync("", "x"u8.ToArray(), Cancellation),
            () => Store.OpenReadAsync("", Cancellation),
            () => Store.FindAsync("", Cancellation),
            () => Store.DeleteAsync("", Cancellation),
        })
            Assert.Equal(BackupErrorCode.UnsafePath, (await Assert.ThrowsAsync<DynamoBackupException>(refused)).Code);
    }

    /// <summary>How many objects make more than a page of a listing.</summary>
    protected virtual int ManyObjects => 1_100;
}
