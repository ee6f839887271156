using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>A location that cannot be used ends the command: it would hit every other table as well.</summary>
public sealed class LocationErrorTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<string, string> UnusableLocations => new()
    {
        { "s3://", "names no bucket" },
        { "s3://My_Bucket/prefix", "small letters" },
        { "s3://bucket/prefix?version=1", "behind '?'" },
        { "az://account/container", "Give a folder's path, a file:// URI, or s3://bucket/prefix" },
        { "https://example.com/backups", "Give a folder's path, a file:// URI, or s3://bucket/prefix" },
        { "Env:/backups", "give a folder of the file system" },
        { "NoSuchDrive:/backups", "folder of the file system" },
    };

    [Theory]
    [MemberData(nameof(UnusableLocations))]
    public async Task What_is_no_folder_is_no_destination(string location, string nextStep)
    {
        var table = await CreateTableAsync();
        ExpectedError.Of("Backup", "InvalidLocation", "InvalidArgument", location, nextStep)
            .AssertIs(Shell.Run($"Backup-DynamoTable {table}, {table} '{location}' @aws").EndedBy());
    }

    [Theory]
    [InlineData("Get", "Get-DynamoBackup -Source 's3://b'")]
    [InlineData("Test", "Test-DynamoBackup -Source 's3://b'")]
    [InlineData("Restore", "Restore-DynamoTable orders 's3://b' @aws")]
    public void What_is_no_folder_is_no_source(string command, string script) =>
        ExpectedError.Of(command, "InvalidLocation", "InvalidArgument", "s3://b", "Give a folder's path").AssertIs(Shell.Run(script).EndedBy());

    [Theory]
    [InlineData("-StorageClass GLACIER", "GLACIER", "thawed")]
    [InlineData("-StorageClass Deep_Archive", "Deep_Archive", "thawed")]
    [InlineData("-StorageClass CHEAP", "CHEAP", "STANDARD_IA")]
    [InlineData("-StoreKmsKeyId key", "key", "-StoreEncryption Kms")]
    [InlineData("-StoreKmsKeyId key -StoreEncryption S3", "key", "-StoreEncryption Kms")]
    [InlineData("-StoreTag @{ 'aws:x' = 'y' }", "aws:x", "-StoreTag")]
    [InlineData("-StoreTag @{ x = 'a&b' }", "x", "-StoreTag")]
    [InlineData("-StoreEndpointUrl minio:9000", "minio:9000", "address")]
    [InlineData("-StoreRegion Frankfurt", "Frankfurt", "-StoreRegion")]
    public void A_store_option_that_makes_no_sense_ends_the_command_before_anything_is_read(string option, string target, string nextStep) =>
        ExpectedError.Of("Backup", "InvalidArgument", "InvalidArgument", target, nextStep)
            .AssertIs(Shell.Run($"Backup-DynamoTable no-such-table s3://bucket/x {option} @aws").EndedBy());

    [Fact]
    public void A_store_profile_that_does_not_exist_ends_the_command() =>
        ExpectedError.Of("Get", "ProfileNotFound", "AuthenticationError", "no-such-profile-here", "aws configure")
            .AssertIs(Shell.Run("Get-DynamoBackup -Source s3://bucket/x -StoreProfileName no-such-profile-here").EndedBy());

    [Fact]
    public void A_URI_that_names_another_machine_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it is a network share.");
        ExpectedError.Of("Get", "InvalidLocation", "InvalidArgument", "file://host/backups", "three slashes")
            .AssertIs(Shell.Run("Get-DynamoBackup -Source file://host/backups").EndedBy());
    }

    [Theory]
    [InlineData("Get", "Get-DynamoBackup -Source $store")]
    [InlineData("Get", "'a', 'b' | Get-DynamoBackup -Source $store")]
    [InlineData("Test", "Test-DynamoBackup -Source $store")]
    [InlineData("Restore", "Restore-DynamoTable orders $store @aws")]
    public void A_store_that_is_not_there_is_an_error(string command, string script)
    {
        ExpectedError.Of(command, "StoreNotFound", "ObjectNotFound", Store.Path, "Check the path").AssertIs(Shell.Run(script).EndedBy());
        Assert.False(Directory.Exists(Store.Path));
    }

    [Theory]
    [InlineData("Get", "Get-DynamoBackup -Source $store")]
    [InlineData("Test", "Test-DynamoBackup -Source $store")]
    [InlineData("Restore", "Restore-DynamoTable orders $store @aws")]
    public void A_store_that_is_a_file_is_an_error(string command, string script)
    {
        File.WriteAllText(Store.Path, "a file");
        ExpectedError.Of(command, "StoreNotFound", "ObjectNotFound", Store.Path, "it is a file, not a folder").AssertIs(Shell.Run(script).EndedBy());
    }

    [Fact]
    public async Task Only_the_last_folder_of_a_destination_is_created()
    {
        var table = await CreateTableAsync();
        Shell.Set("store", Folder.Combine("missing", "store"));
        ExpectedError.Of("Backup", "StoreNotFound", "ObjectNotFound", Folder.Combine("missing", "store"), "Create it first")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table}, {table} $store @aws").EndedBy());
        Assert.False(Directory.Exists(Folder.Combine("missing")));
    }

    [Fact]
    public async Task A_destination_that_is_a_file_is_an_error()
    {
        var table = await CreateTableAsync();
        await File.WriteAllTextAsync(Store.Path, "a file", Cancel);
        ExpectedError.Of("Backup", "StoreNotFound", "ObjectNotFound", Store.Path, "Give a folder")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table} $store @aws").EndedBy());
    }

    [Theory]
    [InlineData("Backup", "Backup-DynamoTable orders @aws", "-Destination")]
    [InlineData("Backup", "Backup-DynamoTable orders '' @aws", "-Destination")]
    [InlineData("Get", "Get-DynamoBackup", "-Source")]
    [InlineData("Test", "Test-DynamoBackup", "-Source")]
    [InlineData("Restore", "Restore-DynamoTable orders @aws", "-Source")]
    public void No_location_at_all_is_an_error_that_names_both_ways_out(string command, string script, string parameter)
    {
        var error = Shell.Run(script).EndedBy();
        ExpectedError.Of(command, "LocationMissing", "InvalidArgument", null, $"give {parameter} a folder").AssertIs(error);
        Assert.Contains("$env:DYNAMOBACKUP_STORE", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_without_permission_to_write_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Permissions of this kind do not bind whoever runs this.");
        var table = await CreateTableAsync();
        Directory.CreateDirectory(Store.Path);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Store.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var error = Shell.Run($"Backup-DynamoTable {table} $store @aws").EndedBy();
        Assert.StartsWith("StoreAccessDenied,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("PermissionDenied", error.CategoryInfo.Category.ToString());
        Assert.Contains("or use another location", error.Exception.Message, StringComparison.Ordinal);
        Store.AssertEmpty();
    }
}
