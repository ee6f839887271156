using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>The main job with a bucket as the store, reached with a profile of its own.</summary>
public sealed class S3RoadTests(Dynalite dynalite, RadosGw rados) : ModuleTest(dynalite)
{
    [Fact]
    public async Task A_table_goes_to_a_bucket_and_back()
    {
        var (bucket, server) = await ConnectStoreAsync();
        var source = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. MixedItems.Create(150)]);
        var target = Dynalite.UniqueName("copy");

        var backup = Shell.Run($"Backup-DynamoTable {source} s3://{bucket}/backups/ -StorageClass standard_ia -StoreTag @{{ team = 'data'; cost = 4711 }} @s3 @aws").Single();
        Assert.Equal($"s3://{bucket}/backups", backup.Text("Location"));
        var listed = Shell.Run($"Get-DynamoBackup {source} s3://{bucket}/backups @s3 -ProfileLocation $profiles").Single();
        Assert.Equal(backup.Text("Id"), listed.Text("Id"));
        Assert.True(Shell.Run($"Get-DynamoBackup {source} s3://{bucket}/backups @s3 -ProfileLocation $profiles | Test-DynamoBackup -Level Live @s3 @aws").Single().Is("IsValid"));
        var restored = Shell.Run($"Restore-DynamoTable {source} s3://{bucket}/backups -TargetTable {target} -Verify -Confirm:$false @s3 @aws").Single();

        Assert.True(restored.Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
        using var client = server.CreateClient();
        var data = (await client.ListObjectsV2Async(new() { BucketName = bucket, Prefix = $"backups/{backup.Text("Path")}/data/" }, Cancel)).S3Objects[0];
        var tags = (await client.GetObjectTaggingAsync(new() { BucketName = bucket, Key = data.Key }, Cancel)).Tagging;
        Assert.Equal(["cost=4711", "team=data"], tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("STANDARD_IA", data.StorageClass.Value);
    }

    [Fact]
    public async Task One_command_backs_up_to_a_folder_and_a_bucket_and_the_environment_may_name_it()
    {
        var (bucket, _) = await ConnectStoreAsync();
        var table = await CreateTableAsync(items: 30);
        var backups = Shell.Run($"Backup-DynamoTable {table} $store, s3://{bucket}/b @s3 @aws").Succeeded();
        Assert.Equal([Store.Path, $"s3://{bucket}/b"], backups.Select(backup => backup.Text("Location")));
        Assert.Single(backups.Select(backup => backup.Text("Id")).Distinct());
        Assert.All(
            Shell.Run($"$env:DYNAMOBACKUP_STORE = 's3://{bucket}/b'; try {{ Get-DynamoBackup @s3 -ProfileLocation $profiles | Test-DynamoBackup -Level Content @s3 -ProfileLocation $profiles }} finally {{ $env:DYNAMOBACKUP_STORE = $null }}").Succeeded(),
            proof => Assert.True(proof.Is("IsValid")));
    }

    [Fact]
    public async Task A_missing_bucket_ends_the_command()
    {
        await ConnectStoreAsync();
        var table = await CreateTableAsync();
        ExpectedError.Of("Backup", "StoreNotFound", "ObjectNotFound", "s3://no-such-bucket/x", "create it")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table}, {table} s3://no-such-bucket/x @s3 @aws").EndedBy());
        ExpectedError.Of("Get", "StoreNotFound", "ObjectNotFound", "s3://no-such-bucket/x", "create it")
            .AssertIs(Shell.Run("Get-DynamoBackup -Source s3://no-such-bucket/x @s3 -ProfileLocation $profiles").EndedBy());
    }

    [Fact]
    public async Task A_missing_bucket_beside_a_folder_is_one_error_and_nothing_to_clean_up()
    {
        await ConnectStoreAsync();
        var table = await CreateTableAsync();
        var run = Shell.Run($"Backup-DynamoTable {table} $store, s3://no-such-bucket/x @s3 @aws");
        Assert.Equal(Store.Path, Assert.Single(run.Output).Text("Location"));
        ExpectedError.Of("Backup", "StoreNotFound", "ObjectNotFound", "s3://no-such-bucket/x", "create it").AssertIs(run.SingleError());
        Assert.Empty(run.Warnings);
    }

    /// <summary>Sets <c>$s3</c>, <c>$aws</c> and <c>$profiles</c> so that the store has other credentials than the table.</summary>
    private async Task<(string Bucket, RadosGwServer Server)> ConnectStoreAsync()
    {
        var server = await rados.ServerAsync();
        var profiles = Folder.Combine("credentials");
        await File.WriteAllTextAsync(profiles, $"[store]\naws_access_key_id = {server.AccessKey}\naws_secret_access_key = {server.SecretKey}\n", Cancel);
        Shell.Set("profiles", profiles);
        Shell.Run($"$script:s3 = @{{ StoreEndpointUrl = '{server.Endpoint.AbsoluteUri}'; StoreProfileName = 'store' }}; $aws['ProfileLocation'] = $profiles").Succeeded();
        return (await server.NewBucketAsync(Cancel), server);
    }
}
