using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Complaints;

public sealed partial class ComplaintTests
{
    [Fact]
    public void C11_an_incremental_export_is_refused_by_name_and_never_restored_as_if_it_were_full()
    {
        Export("Catalog", new() { Kind = ExportKind.Incremental }, ["a line"]);
        var error = Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {Dynalite.UniqueName()} -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "BaseMissing", "ObjectNotFound", "Catalog", "cannot be restored").AssertIs(error);
    }

    [Fact]
    public async Task C12_an_incremental_chain_does_not_end_silently_at_a_windows_edge()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        var table = await CreateTableAsync();
        await streams.EnableStreamAsync(table);
        var incremental = $"Backup-DynamoTable {table} $store -Type Incremental -ConsistentRead -StreamSettle 00:00:01 @aws";
        Shell.Run(incremental).Single();
        streams.Options.ClockOffset = TimeSpan.FromHours(25);
        ExpectedError.Of("Backup", "StreamGap", "InvalidData", table, "24").AssertIs(Shell.Run($"{incremental} -GapAction Fail").SingleError());
        var run = Shell.Run(incremental);
        Assert.Contains("cannot be restored as it was between", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(run.Output).Properties["Gap"].Value);
    }

    [Fact]
    public void C12_an_incremental_export_is_told_as_not_proved()
    {
        Export("Catalog", new() { Kind = ExportKind.Incremental }, ["a line"]);
        Assert.Equal("LiveUnreadable", Shell.Run("Test-DynamoBackup Catalog $store -Level Live @aws").Single().Findings().First(finding => finding.Text("Severity") == "Error" && finding.Text("Kind") != "InvalidItem").Text("Kind"));
        var proof = Shell.Run("Test-DynamoBackup Catalog $store -Level Content").Single();
        Assert.False(proof.Is("IsValid"));
        Assert.Contains(proof.Findings(), finding => finding.Text("Kind") == "InvalidItem");
    }

    [Fact]
    public async Task C13_a_lost_table_comes_back_under_its_old_name_with_stream_time_to_live_and_tags()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        using var client = stub.CreateClient();
        var table = await CreateWithSettingsAsync(stub, client);
        var before = await Dynalite.ReadAsync(table);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        await client.DeleteTableAsync(table, Cancel);
        Assert.False(await Dynalite.ExistsAsync(table));

        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -Verify -Confirm:$false @aws").Single().Is("Verified"));

        Assert.Equal(before, await Dynalite.ReadAsync(table));
        await AssertHasSettingsAsync(client, table);
    }

    [Fact]
    public async Task C14_an_on_demand_table_comes_back_on_demand_with_tags_time_to_live_and_stream()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        using var client = stub.CreateClient();
        var (table, target) = (await CreateWithSettingsAsync(stub, client), Dynalite.UniqueName("copy"));
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();

        var restored = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single();

        Assert.Empty(restored.Findings());
        await AssertHasSettingsAsync(client, target);
    }

    [Fact]
    public async Task C15_a_backup_goes_to_a_compatible_service_with_credentials_of_another_account()
    {
        var server = await rados.ServerAsync();
        var bucket = await server.NewBucketAsync(Cancel);
        var profiles = Folder.Combine("credentials");
        await File.WriteAllTextAsync(profiles, $"[other-account]\naws_access_key_id = {server.AccessKey}\naws_secret_access_key = {server.SecretKey}\n", Cancel);
        Shell.Set("profiles", profiles);
        var s3 = $"-StoreEndpointUrl {server.Endpoint.AbsoluteUri} -StoreProfileName other-account -ProfileLocation $profiles";
        var (table, target) = (await CreateTableAsync(items: 30), Dynalite.UniqueName("copy"));

        Assert.Equal($"s3://{bucket}/b", Shell.Run($"Backup-DynamoTable {table} s3://{bucket}/b {s3} @aws").Single().Text("Location"));
        Assert.True(Shell.Run($"Restore-DynamoTable {table} s3://{bucket}/b -TargetTable {target} -Verify -Confirm:$false {s3} @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(target));
    }

    private async Task<string> CreateWithSettingsAsync(SettingsStub stub, AmazonDynamoDBClient client)
    {
        Shell.Connect(stub.Endpoint);
        var table = Dynalite.UniqueName("set");
        var description = await SampleTables.CreateAsync(client, table, TableShape.HashOnly, Cancel);
        await SampleTables.FillAsync(client, table, MixedItems.Create(20), cancellationToken: Cancel);
        await client.TagResourceAsync(new() { ResourceArn = description.TableArn, Tags = [new() { Key = "team", Value = "orders" }] }, Cancel);
        await client.UpdateTimeToLiveAsync(new() { TableName = table, TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } }, Cancel);
        await client.UpdateTableAsync(new UpdateTableRequest { TableName = table, StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES } }, Cancel);
        while ((await client.DescribeTableAsync(table, Cancel)).Table.TableStatus != TableStatus.ACTIVE)
            await Task.Delay(20, Cancel);
        return table;
    }

    private static async Task AssertHasSettingsAsync(AmazonDynamoDBClient client, string table)
    {
        var description = (await client.DescribeTableAsync(table, Cancel)).Table;
        Assert.Equal("PAY_PER_REQUEST", description.BillingModeSummary.BillingMode.Value);
        Assert.Equal("NEW_AND_OLD_IMAGES", description.StreamSpecification.StreamViewType.Value);
        Assert.Equal("expires", (await client.DescribeTimeToLiveAsync(table, Cancel)).TimeToLiveDescription.AttributeName);
        Assert.Equal("orders", Assert.Single((await client.ListTagsOfResourceAsync(new() { ResourceArn = description.TableArn }, Cancel)).Tags).Value);
    }
}
