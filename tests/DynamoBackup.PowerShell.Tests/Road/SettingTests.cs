using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>A table's settings at the prompt: put back, left out, made otherwise, and told where they are lost.</summary>
public sealed class SettingTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly TableShape Indexed = TableShape.HashAndRange with { GlobalIndex = true, LocalIndex = true };

    [Fact]
    public async Task Settings_come_back_without_a_word()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        var (table, target) = (await CreateSetAsync(stub), Dynalite.UniqueName("copy"));

        var run = Shell.Run($"$b = Backup-DynamoTable {table} $store -NoStream @aws; $b; $b | Restore-DynamoTable -TargetTable {target} -Verify -Confirm:$false @aws");

        Assert.Empty(run.Warnings);
        Assert.All(run.Succeeded(), result => Assert.Empty(result.Findings()));
        using var client = stub.CreateClient();
        Assert.Equal("expires", (await client.DescribeTimeToLiveAsync(target, Cancel)).TimeToLiveDescription.AttributeName);
        var description = (await client.DescribeTableAsync(target, Cancel)).Table;
        Assert.True(description.DeletionProtectionEnabled);
        Assert.Equal("NEW_IMAGE", description.StreamSpecification.StreamViewType.Value);
    }

    [Fact]
    public async Task What_may_not_be_read_is_one_warning_and_shows_on_every_listing()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        var table = await CreateSetAsync(stub);
        stub.Deny("ListTagsOfResource");
        stub.Deny("GetResourcePolicy");

        var run = Shell.Run($"Backup-DynamoTable {table} $store -NoStream @aws; Get-DynamoBackup -Source $store");

        Assert.Equal(2, run.Succeeded().Count);
        Assert.Contains("Tags (permission denied: dynamodb:ListTagsOfResource); ResourcePolicy (permission denied: dynamodb:GetResourcePolicy)", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.All(run.Output, backup =>
        {
            Assert.False(backup.Is("IsDamaged"));
            Assert.Equal(["SettingNotRead", "SettingNotRead"], backup.Findings().Select(finding => finding.Text("Kind")));
            Assert.All(backup.Findings(), finding => Assert.Equal(("Warning", table), (finding.Text("Severity"), finding.Text("File"))));
        });
        Assert.True(Shell.Run("Test-DynamoBackup -Source $store -Level Content").Single().Is("IsValid"));
    }

    [Fact]
    public async Task What_may_not_be_put_back_is_a_warning_and_a_finding()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        var (table, target) = (await CreateSetAsync(stub), Dynalite.UniqueName("copy"));
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        stub.Deny("UpdateTimeToLive");

        var run = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws");

        Assert.True(run.Single().Is("Verified"));
        var finding = Assert.Single(run.Single().Findings());
        Assert.Equal(("SettingNotRestored", "Warning", target), (finding.Text("Kind"), finding.Text("Severity"), finding.Text("File")));
        Assert.Contains("TimeToLive", finding.Text("Detail"), StringComparison.Ordinal);
        Assert.Contains("dynamodb:UpdateTimeToLive", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_and_indexes_can_be_left_out_and_verbose_says_so()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        var (table, target) = (await CreateSetAsync(stub), Dynalite.UniqueName("copy"));
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();

        var run = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -ExcludeSetting TimeToLive, Tags, DeletionProtection -ExcludeIndex 'status-*', {TableShape.LocalIndexName} -Confirm:$false -Verbose @aws");

        Assert.Empty(run.Single().Findings());
        Assert.Empty(run.Warnings);
        Assert.Contains(run.Verbose, message => message.Contains("TimeToLive is left out; Tags is left out", StringComparison.Ordinal));
        using var client = stub.CreateClient();
        var description = (await client.DescribeTableAsync(target, Cancel)).Table;
        Assert.Equal((false, null, null), (description.DeletionProtectionEnabled!.Value, description.GlobalSecondaryIndexes, description.LocalSecondaryIndexes));
    }

    [Theory]
    [InlineData("'9,4'")]
    [InlineData("(9, 4)")]
    [InlineData("@{ Read = 9; Write = '4' }")]
    public async Task Billing_capacity_and_class_can_be_others(string throughput)
    {
        var source = await CreateBackupAsync(items: 5, shape: Indexed);
        var target = Dynalite.UniqueName("copy");

        var run = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -ReadCapacityUnits 7 -WriteCapacityUnits 3 -IndexThroughput @{{ '{TableShape.GlobalIndexName}' = {throughput} }} -TableClass standard_infrequent_access -Confirm:$false @aws");

        // dynalite knows no table classes, and that is told.
        Assert.Contains("TableClass", Assert.Single(run.Single().Findings()).Text("Detail"), StringComparison.Ordinal);
        var description = await Dynalite.DescribeAsync(target);
        Assert.Equal((7, 3), (description.ProvisionedThroughput.ReadCapacityUnits, description.ProvisionedThroughput.WriteCapacityUnits));
        var index = Assert.Single(description.GlobalSecondaryIndexes).ProvisionedThroughput;
        Assert.Equal((9, 4), (index.ReadCapacityUnits, index.WriteCapacityUnits));
    }

    [Theory]
    [InlineData("-BillingMode PayPerRequest -ReadCapacityUnits 5", "-BillingMode PayPerRequest, or -ReadCapacityUnits")]
    [InlineData("-BillingMode Provisioned", "Give both -ReadCapacityUnits and -WriteCapacityUnits")]
    [InlineData("-ExcludeIndex no-such-index", "Its indexes: by-amount, status-created")]
    [InlineData("-ExcludeIndex STATUS-CREATED", "no index 'STATUS-CREATED'")]
    [InlineData("-IndexThroughput @{ 'status-created' = '5' }", "'status-created' = '10,5'")]
    [InlineData("-IndexThroughput @{ 'status-created' = '5,0' }", "whole numbers from 1 on")]
    [InlineData("-IndexThroughput @{ 'status-created' = @{ Read = 5 } }", "whole numbers from 1 on")]
    [InlineData("-ReadCapacityUnits 1 -WriteCapacityUnits 1 -IndexThroughput @{ other = '5,5' }", "no such global secondary index")]
    [InlineData("-TableClass STANDARD -ExcludeSetting TableClass", "Give one of them")]
    public async Task What_contradicts_itself_or_the_table_ends_the_command(string parameters, string nextStep)
    {
        var source = await CreateBackupAsync(shape: Indexed);
        var target = Dynalite.UniqueName("copy");

        var error = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} {parameters} -WhatIf @aws").EndedBy();

        Assert.Equal("InvalidArgument,DynamoBackup.PowerShell.Commands.RestoreDynamoTableCommand", error.FullyQualifiedErrorId);
        Assert.Contains(nextStep, error.Exception.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.ExistsAsync(target));
    }

    [Theory]
    [InlineData("-ExcludeSetting Tags")]
    [InlineData("-ExcludeIndex x*")]
    [InlineData("-BillingMode PayPerRequest")]
    [InlineData("-TableClass STANDARD")]
    public async Task For_an_existing_table_they_end_the_command(string parameters)
    {
        var source = await CreateBackupAsync();

        var error = Shell.Run($"Restore-DynamoTable {source} $store -Mode Overwrite -Force -Confirm:$false {parameters} @aws").EndedBy();

        ExpectedError.Of("Restore", "InvalidArgument", "InvalidArgument", source, "-TargetTable").AssertIs(error);
    }

    [Fact]
    public async Task Items_that_have_expired_are_counted_and_told()
    {
        await using var stub = await SettingsStub.StartAsync(Dynalite.Endpoint, Cancel);
        var (table, target) = (await CreateSetAsync(stub), Dynalite.UniqueName("copy"));
        await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S("old"), ["sk"] = Attr.N("1"), ["expires"] = Attr.N($"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60}") }, Cancel);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();

        var run = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws");

        Assert.Equal((1, 4), (run.Single().Number("ExpiredItems"), run.Single().Number("Written")));
        Assert.Equal(("ItemsExpired", "Information"), (run.Single().Findings()[0].Text("Kind"), run.Single().Findings()[0].Text("Severity")));
        Assert.Contains("-ExcludeSetting TimeToLive", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    /// <summary>A table with indexes, tags, time to live, a stream and protection, and the shell connected to the stub that keeps them.</summary>
    private async Task<string> CreateSetAsync(SettingsStub stub)
    {
        Shell.Connect(stub.Endpoint);
        var table = Dynalite.UniqueName("set");
        using var client = stub.CreateClient();
        await SampleTables.CreateAsync(client, table, Indexed, Cancel);
        await SampleTables.FillAsync(client, table, WithRangeKey(3), cancellationToken: Cancel);
        await client.TagResourceAsync(new() { ResourceArn = (await client.DescribeTableAsync(table, Cancel)).Table.TableArn, Tags = [new() { Key = "team", Value = "orders" }] }, Cancel);
        await client.UpdateTimeToLiveAsync(new() { TableName = table, TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } }, Cancel);
        await client.UpdateTableAsync(new UpdateTableRequest { TableName = table, StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_IMAGE } }, Cancel);
        while ((await client.DescribeTableAsync(table, Cancel)).Table.TableStatus != TableStatus.ACTIVE)
            await Task.Delay(20, Cancel);
        await client.UpdateTableAsync(new UpdateTableRequest { TableName = table, DeletionProtectionEnabled = true }, Cancel);
        return table;
    }
}
