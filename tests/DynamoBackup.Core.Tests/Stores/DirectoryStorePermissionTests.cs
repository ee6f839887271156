using System.Runtime.Versioning;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>What the account may not do is told as that: a backup that cannot be seen is not one that does not exist.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DirectoryStorePermissionTests : IDisposable
{
    private const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task An_object_that_may_not_be_read_is_denied() => WithModeAsync("folder/object", UnixFileMode.None, async store =>
    {
        await AssertDeniedAsync(() => store.OpenReadAsync("folder/object", Cancellation));
        Assert.Equal(1, (await store.FindAsync("folder/object", Cancellation))?.Length);
    });

    [Fact]
    public Task A_folder_that_may_not_be_written_is_denied() => WithModeAsync("folder", UnixFileMode.UserRead | UnixFileMode.UserExecute, async store =>
    {
        await AssertDeniedAsync(() => store.CreateAsync("folder/other", Cancellation));
        await AssertDeniedAsync(() => store.PutIfAbsentAsync("folder/other", "x"u8.ToArray(), Cancellation));
        await AssertDeniedAsync(() => store.DeleteAsync("folder/object", Cancellation));
        Assert.Equal("x", await store.ReadTextAsync("folder/object", Cancellation));
    });

    [Fact]
    public Task A_folder_that_may_not_be_entered_hides_nothing_as_if_it_were_missing() => WithModeAsync("folder", UnixFileMode.None, async store =>
    {
        await AssertDeniedAsync(() => store.OpenReadAsync("folder/object", Cancellation));
        await AssertDeniedAsync(() => store.FindAsync("folder/object", Cancellation));
        await AssertDeniedAsync(() => store.DeleteAsync("folder/object", Cancellation));
        await AssertDeniedAsync(() => store.EntriesAsync("folder/below", Cancellation));
        await AssertDeniedAsync(() => store.FoldersAsync("folder/below", Cancellation));
    });

    [Fact]
    public Task A_folder_that_may_not_be_listed_is_denied() => WithModeAsync("folder", UnixFileMode.None, async store =>
    {
        await AssertDeniedAsync(() => store.EntriesAsync("", Cancellation));
        await AssertDeniedAsync(() => store.EntriesAsync("folder", Cancellation));
        await AssertDeniedAsync(() => store.FoldersAsync("folder", Cancellation));
    });

    [Fact]
    public Task A_root_that_may_not_be_listed_is_denied_when_it_is_opened() => WithModeAsync("folder", UnixFileMode.None, store =>
        AssertDeniedAsync(() => new DirectoryStore(_folder.Combine("folder")).EnsureExistsAsync(Cancellation)));

    /// <summary>Runs a test with a store in which one file or folder has these permissions.</summary>
    private async Task WithModeAsync(string name, UnixFileMode mode, Func<DirectoryStore, Task> test)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions are tested on Unix.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root passes all permissions.");
        var store = new DirectoryStore(_folder.Path);
        await store.WriteAsync("folder/object", "x", Cancellation);
        var path = _folder.Combine(name.Split('/'));
        try
        {
            File.SetUnixFileMode(path, mode);
            await test(store);
        }
        finally
        {
            // Or the folder could not be deleted.
            File.SetUnixFileMode(path, All);
        }
    }

    private static async Task AssertDeniedAsync(Func<Task> action) =>
        Assert.Equal(BackupErrorCode.StoreAccessDenied, (await Assert.ThrowsAsync<DynamoBackupException>(action)).Code);
}
