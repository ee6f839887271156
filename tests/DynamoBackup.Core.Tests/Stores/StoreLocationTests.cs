using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores;

public sealed class StoreLocationTests
{
    [Fact]
    public async Task A_path_and_its_file_URI_open_the_same_folder()
    {
        using var folder = new TempFolder("dynamobackup with space-");
        await new DirectoryStore(folder.Path).WriteAsync("object", "x", TestContext.Current.CancellationToken);
        foreach (var location in new[] { folder.Path, folder.Path + Path.DirectorySeparatorChar, new Uri(folder.Path).AbsoluteUri, new Uri(folder.Path + "/").AbsoluteUri })
        {
            var store = StoreUse.Open(location);
            Assert.IsType<DirectoryStore>(store);
            Assert.Equal(folder.Path, store.Location);
            Assert.Equal("x", await store.ReadTextAsync("object", TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_relative_path_becomes_an_absolute_one()
    {
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "backups"), StoreUse.Open("backups").Location);
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "backups"), StoreUse.Open(Path.Combine(".", "other", "..", "backups")).Location);
    }

    [Fact]
    public void The_root_of_a_drive_can_be_opened()
    {
        var root = Path.GetPathRoot(Environment.CurrentDirectory)!;
        Assert.Equal(root, StoreUse.Open(root).Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://account.blob.core.windows.net/container")]
    [InlineData("http://localhost/x")]
    [InlineData("ftp://host/x")]
    [InlineData("a\0b")]
    [InlineData("file:///a%00b")]
    [InlineData("://")]
    [InlineData("s3://")]
    [InlineData("file:///backups?version=1")]
    [InlineData("file:///backups#monday")]
    public void What_is_not_a_folder_is_refused_with_the_way_out(string location)
    {
        var exception = Assert.Throws<DynamoBackupException>(() => StoreUse.Open(location));
        Assert.Equal(BackupErrorCode.InvalidLocation, exception.Code);
        Assert.Contains("Give a folder's path, a file:// URI, or s3://bucket/prefix", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Message, char.IsControl);
    }

    [Fact]
    public void A_file_URI_that_names_another_machine_is_refused_where_there_are_no_such_paths()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has paths of the form \\\\server\\share.");
        var exception = Assert.Throws<DynamoBackupException>(() => StoreUse.Open("file://server/share"));
        Assert.Equal(BackupErrorCode.InvalidLocation, exception.Code);
        Assert.Contains("three slashes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://AKID:hunter2@bucket/prefix")]
    [InlineData("https://user:hunter2@host/backups")]
    [InlineData("file://user:hunter2@host/backups")]
    [InlineData("s3://hunter2@bucket")]
    [InlineData("s3://AKID:hunter2/with+slash@bucket/prefix")]
    [InlineData("s3://AKID:x/hunter2@bucket")]
    public void A_location_with_a_password_is_refused_without_repeating_it(string location)
    {
        var error = Assert.Throws<DynamoBackupException>(() => StoreLocation.RefuseUserInfo(location));
        Assert.Equal((BackupErrorCode.InvalidLocation, null), (error.Code, error.Target));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://bucket/user@example.com/backups")]
    [InlineData("/srv/user@example.com")]
    [InlineData("file:///srv/user@example.com")]
    public void An_at_sign_in_a_path_is_no_password(string location) => StoreLocation.RefuseUserInfo(location);
}
