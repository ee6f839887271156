using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>Whoever can write into a store must not be able to lead its readers or writers out of it by a link.</summary>
public sealed class DirectoryStoreLinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _outside;
    private readonly DirectoryStore _store;

    public DirectoryStoreLinkTests()
    {
        _outside = _folder.Combine("outside");
        Directory.CreateDirectory(_outside);
        File.WriteAllText(Path.Combine(_outside, "secret"), "secret");
        Directory.CreateDirectory(_folder.Combine("store", "plain"));
        File.WriteAllText(_folder.Combine("store", "plain", "object"), "x");
        _store = new DirectoryStore(_folder.Combine("store"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_link_to_a_file_is_neither_read_nor_written_nor_deleted()
    {
        Link("link", Path.Combine(_outside, "secret"));
        await AssertRefusedAsync("link");
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(_outside, "secret"), Cancellation));
        Assert.True(File.Exists(_folder.Combine("store", "link")));
    }

    [Fact]
    public async Task Nothing_is_reached_through_a_link_to_a_folder()
    {
        Link("folder", _outside);
        await AssertRefusedAsync("folder/secret");
        await AssertRefusedAsync("folder/new");
        await AssertRefusedAsync("folder/deep/new");
        foreach (var listed in new[] { "folder", "folder/deep" })
        {
            await AssertUnsafeAsync(() => _store.EntriesAsync(listed, Cancellation));
            await AssertUnsafeAsync(() => _store.FoldersAsync(listed, Cancellation));
        }

        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_refused_too()
    {
        Link("dangling", _folder.Combine("nowhere"));
        await AssertRefusedAsync("dangling");
        await AssertRefusedAsync("dangling/new");
        Assert.False(Path.Exists(_folder.Combine("nowhere")));
    }

    [Fact]
    public async Task A_link_inside_the_store_to_the_store_is_refused_too()
    {
        Link("loop", _folder.Combine("store"));
        await AssertRefusedAsync("loop/plain/object");
        Assert.Equal(["plain/object"], await _store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task Listings_pass_over_links()
    {
        Link("folder", _outside);
        Link("link", Path.Combine(_outside, "secret"));
        Link("plain/link", Path.Combine(_outside, "secret"));
        Link("plain/folder", _outside);

        Assert.Equal(["plain/object"], await _store.NamesAsync("", Cancellation));
        Assert.Equal(["plain"], await _store.FoldersAsync("", Cancellation));
        Assert.Equal(["plain/object"], await _store.NamesAsync("plain", Cancellation));
        Assert.Empty(await _store.FoldersAsync("plain", Cancellation));
    }

    [Fact]
    public async Task The_root_itself_and_what_is_above_it_may_be_links_for_they_are_the_users_own_choice()
    {
        var link = _folder.Combine("root");
        Directory.CreateSymbolicLink(link, _folder.Combine("store"));
        var store = new DirectoryStore(link);
        await store.EnsureExistsAsync(Cancellation);
        await store.PrepareAsync(Cancellation);
        Assert.Equal(["plain/object"], await store.NamesAsync("", Cancellation));
        Assert.Equal("x", await store.ReadTextAsync("plain/object", Cancellation));
        await store.WriteAsync("new", "y", Cancellation);
        Assert.Equal("y", await _store.ReadTextAsync("new", Cancellation));
    }

    private void Link(string name, string target)
    {
        var path = Path.Combine(_folder.Path, "store", name);
        if (Directory.Exists(target))
            Directory.CreateSymbolicLink(path, target);
        else
            File.CreateSymbolicLink(path, target);
    }

    private async Task AssertRefusedAsync(string name)
    {
        await AssertUnsafeAsync(() => _store.OpenReadAsync(name, Cancellation));
        await AssertUnsafeAsync(() => _store.FindAsync(name, Cancellation));
        await AssertUnsafeAsync(() => _store.CreateAsync(name, Cancellation));
        await AssertUnsafeAsync(() => _store.PutIfAbsentAsync(name, "x"u8.ToArray(), Cancellation));
        await AssertUnsafeAsync(() => _store.DeleteAsync(name, Cancellation));
    }

    private static async Task AssertUnsafeAsync(Func<Task> action) =>
        Assert.Equal(BackupErrorCode.UnsafePath, (await Assert.ThrowsAsync<DynamoBackupException>(action)).Code);
}
