using System.Text;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>What is a folder's own affair: its root, what a killed process leaves in it, and errors of the file system.</summary>
public sealed class DirectoryStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_folder_is_not_found_and_not_created_by_looking()
    {
        var store = new DirectoryStore(_folder.Combine("missing"));
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.EnsureExistsAsync(Cancellation));
        Assert.Equal(BackupErrorCode.StoreNotFound, exception.Code);
        Assert.Contains("there is no such folder", exception.Message, StringComparison.Ordinal);
        Assert.Empty(await store.EntriesAsync("", Cancellation));
        Assert.Null(await store.OpenReadAsync("object", Cancellation));
        Assert.False(Directory.Exists(_folder.Combine("missing")));
    }

    [Fact]
    public async Task A_file_in_the_folders_place_is_said_to_be_one()
    {
        await File.WriteAllTextAsync(_folder.Combine("file"), "x", Cancellation);
        var store = new DirectoryStore(_folder.Combine("file"));
        foreach (var refused in new[] { store.EnsureExistsAsync(Cancellation), store.PrepareAsync(Cancellation) })
        {
            var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => refused);
            Assert.Equal(BackupErrorCode.StoreNotFound, exception.Code);
            Assert.Contains("file", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(BackupErrorCode.StoreWriteFailed, (await Assert.ThrowsAsync<DynamoBackupException>(() => store.WriteAsync("object", "x", Cancellation))).Code);
        Assert.Equal("x", await File.ReadAllTextAsync(_folder.Combine("file"), Cancellation));
    }

    [Fact]
    public async Task Leftovers_are_those_of_a_folder_and_never_of_the_whole_store()
    {
        var store = new DirectoryStore(_folder.Combine("store"));
        await store.PrepareAsync(Cancellation);
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => store.DeleteLeftoversAsync("", Cancellation));
        Assert.Equal(BackupErrorCode.UnsafePath, refused.Code);
    }

    [Fact]
    public async Task Preparing_creates_the_last_folder_and_may_be_repeated()
    {
        var store = new DirectoryStore(_folder.Combine("new"));
        await store.PrepareAsync(Cancellation);
        await store.PrepareAsync(Cancellation);
        Assert.True(Directory.Exists(_folder.Combine("new")));
        await store.EnsureExistsAsync(Cancellation);
    }

    [Fact]
    public async Task Preparing_creates_no_folder_above_the_last_one_so_that_an_unmounted_drive_is_noticed()
    {
        var store = new DirectoryStore(_folder.Combine("missing", "new"));
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.PrepareAsync(Cancellation));
        Assert.Equal(BackupErrorCode.StoreNotFound, exception.Code);
        Assert.Contains(_folder.Combine("missing"), exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("missing")));
    }

    [Fact]
    public async Task What_a_killed_process_left_under_a_temporary_name_is_invisible()
    {
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("folder/object", "whole", Cancellation);
        await File.WriteAllTextAsync(_folder.Combine("folder", ".object.1234abcd.tmp"), "half", Cancellation);
        await File.WriteAllTextAsync(_folder.Combine(".other.1234abcd.tmp"), "half", Cancellation);

        Assert.Equal(["folder/object"], await store.NamesAsync("", Cancellation));
        Assert.Equal(["folder"], await store.FoldersAsync("", Cancellation));
        await store.DeleteAsync("folder/object", Cancellation);
        Assert.Empty(await store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task What_a_file_system_keeps_in_hidden_folders_of_its_own_is_no_object()
    {
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("folder/object", "x", Cancellation);
        foreach (var hidden in new[] { _folder.Combine(".snapshot"), _folder.Combine("folder", ".Trash-0", "files") })
        {
            Directory.CreateDirectory(hidden);
            await File.WriteAllTextAsync(Path.Combine(hidden, "object"), "old", Cancellation);
        }

        Assert.Equal(["folder/object"], await store.NamesAsync("", Cancellation));
        Assert.Equal(["folder"], await store.FoldersAsync("", Cancellation));
    }

    [Fact]
    public async Task While_an_object_is_written_all_that_lies_in_the_folder_has_a_hidden_name()
    {
        var store = new DirectoryStore(_folder.Path);
        await using (var writer = await store.CreateAsync("folder/object", Cancellation))
        {
            await writer.Stream.WriteAsync(new byte[200_000], Cancellation);
            var name = Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Combine("folder"))));
            Assert.StartsWith(".object.", name, StringComparison.Ordinal);
            Assert.EndsWith(".tmp", name, StringComparison.Ordinal);
            await writer.CommitAsync(Cancellation);
        }

        Assert.Equal(["object"], Directory.GetFileSystemEntries(_folder.Combine("folder")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task No_temporary_file_is_left_by_an_abandoned_writer_or_a_conflict()
    {
        var store = new DirectoryStore(_folder.Path);
        await using (var writer = await store.CreateAsync("abandoned", Cancellation))
            await writer.Stream.WriteAsync(new byte[10], Cancellation);
        await store.PutIfAbsentAsync("taken", "first"u8.ToArray(), Cancellation);
        await Assert.ThrowsAsync<DynamoBackupException>(() => store.PutIfAbsentAsync("taken", "second"u8.ToArray(), Cancellation));
        await store.PutIfAbsentAsync("taken", "first"u8.ToArray(), Cancellation);

        Assert.Equal(["taken"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_where_an_object_shall_be_fails_the_commit_and_stays()
    {
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("name/object", "x", Cancellation);
        Assert.Equal(BackupErrorCode.StoreWriteFailed, (await Assert.ThrowsAsync<DynamoBackupException>(() => store.WriteAsync("name", "y", Cancellation))).Code);
        Assert.Equal(BackupErrorCode.StoreWriteFailed, (await Assert.ThrowsAsync<DynamoBackupException>(() => store.WriteAsync("name/object/below", "y", Cancellation))).Code);
        Assert.Equal(["name/object"], await store.NamesAsync("", Cancellation));
        Assert.Equal(["object"], Directory.GetFileSystemEntries(_folder.Combine("name")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Deleting_the_last_object_leaves_the_root()
    {
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("a/b/object", "x", Cancellation);
        await store.DeleteAsync("a/b/object", Cancellation);
        Assert.True(Directory.Exists(_folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_name_that_the_file_system_cannot_hold_is_a_store_error_or_absent()
    {
        var store = new DirectoryStore(_folder.Path);
        var name = new string('n', 300);
        Assert.Equal(BackupErrorCode.StoreWriteFailed, (await Assert.ThrowsAsync<DynamoBackupException>(() => store.WriteAsync(name, "x", Cancellation))).Code);
        Assert.Null(await store.OpenReadAsync(name, Cancellation));
        Assert.Null(await store.FindAsync(name, Cancellation));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_manifest_is_read_to_its_limit_and_not_beyond()
    {
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("manifest", new string('x', 1_000), Cancellation);
        Assert.Equal(1_000, Encoding.UTF8.GetString((await store.ReadAllAsync("manifest", 1_000, Cancellation))!).Length);
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.ReadAllAsync("manifest", 999, Cancellation));
        Assert.Equal(BackupErrorCode.ManifestDamaged, exception.Code);
        Assert.Null(await store.ReadAllAsync("missing", 1_000, Cancellation));
    }
}
