using System.Text.Json.Nodes;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>A table described before and after a restore: the difference is empty, or exactly the list of findings.</summary>
public sealed class DefinitionRoundTripTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    [Fact]
    public async Task A_table_with_indexes_time_to_live_stream_tags_and_on_demand_billing_comes_back_without_a_difference()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: false);

        var result = await RoundTripAsync(table);

        Assert.True(result.Verified);
        Assert.Empty(result.Findings);
        Assert.Empty(Output.Warnings);
        await AssertSameAsync(table, result.TableName);
    }

    [Fact]
    public async Task A_table_with_every_setting_there_is_comes_back_without_a_difference()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        var result = await RoundTripAsync(table);

        Assert.True(result.Verified);
        Assert.Empty(result.Findings);
        Assert.Empty(Output.Warnings);
        await AssertSameAsync(table, result.TableName);
        // Were nothing described, nothing would differ.
        Assert.Contains("eu-central-1", (await WholeDescription.ReadAsync(Stub.Endpoint, result.TableName, Cancellation)).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provisioned_table_comes_back_with_its_capacity_and_tells_that_auto_scaling_belongs_to_another_service()
    {
        var request = Typical(DynaliteFixture.NewName("Orders"));
        request.BillingMode = Amazon.DynamoDBv2.BillingMode.PROVISIONED;
        request.ProvisionedThroughput = new(7, 3);
        request.GlobalSecondaryIndexes.ForEach(index => index.ProvisionedThroughput = new(5, 2));
        var table = await CreateAsync(request);

        var backup = await BackUpAsync(table, Stub.Endpoint);
        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.Equal((FindingKind.SettingNotRead, FindingSeverity.Information), Assert.Single(backup.Findings.Select(finding => (finding.Kind, finding.Severity))));
        Assert.Equal((FindingKind.SettingNotRead, FindingSeverity.Information), Assert.Single(result.Findings.Select(finding => (finding.Kind, finding.Severity))));
        Assert.Equal(2, Output.Warnings.Count(warning => warning.Contains("AutoScaling (another service keeps it)", StringComparison.Ordinal)));
        await AssertSameAsync(table, result.TableName);
    }

    [Fact]
    public async Task Calls_are_made_in_the_order_that_cannot_hurt()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        await RoundTripAsync(table);

        string[] reading = ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups", "ListTagsOfResource", "GetResourcePolicy", "DescribeKinesisStreamingDestination", "DescribeContributorInsights", "DescribeTableReplicaAutoScaling"];
        Assert.Equal(
            [
                "CreateTable", "BatchWriteItem", "Scan", "UpdateTable StreamSpecification", "UpdateTimeToLive", "UpdateContinuousBackups", "EnableKinesisStreamingDestination",
                "UpdateContributorInsights", "UpdateTable ReplicaUpdates", "PutResourcePolicy", "UpdateTable DeletionProtectionEnabled",
            ],
            Stub.Calls.Except(reading).Distinct());
        Assert.Equal(2, Stub.Calls.Count(call => call == "UpdateTable ReplicaUpdates"));
    }

    [Fact]
    public async Task AWSs_own_encryption_key_comes_back_though_it_may_not_be_named()
    {
        var request = Typical(DynaliteFixture.NewName("Orders"));
        request.SSESpecification = new() { Enabled = true, SSEType = Amazon.DynamoDBv2.SSEType.KMS };
        var table = await CreateAsync(request);

        var result = await RoundTripAsync(table);

        Assert.Empty(result.Findings);
        await AssertSameAsync(table, result.TableName);
    }

    [Fact]
    public async Task A_key_of_another_Region_is_a_finding_and_AWSs_own_key_takes_its_place()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("CreateTable", request => request["SSESpecification"]?["KMSMasterKeyId"] is not null, () => Testing.DynamoErrors.Validation("One or more parameter values were invalid: KMS key not found"));

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        var finding = Assert.Single(result.Findings);
        Assert.Equal(FindingKind.SettingNotRestored, finding.Kind);
        Assert.Contains("Encryption", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("KMS key not found", finding.Detail, StringComparison.Ordinal);
        Assert.Single(Output.Warnings);
        var description = (await Client.DescribeTableAsync(result.TableName, Cancellation)).Table;
        Assert.Equal("KMS", description.SSEDescription.SSEType.Value);
    }

    [Fact]
    public async Task Definitions_are_kept_as_the_service_sent_them()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        var backup = await BackUpAsync(table, Stub.Endpoint);

        var definition = JsonNode.Parse(await File.ReadAllBytesAsync(Assert.Single(FilesOf(backup, "dynamobackup.json")), Cancellation))!["definition"]!;
        Assert.Equal("PAY_PER_REQUEST", (string?)definition["table"]!["BillingModeSummary"]!["BillingMode"]);
        Assert.Equal(4, definition["tags"]!.AsArray().Count);
        Assert.Equal(7, (int)definition["continuousBackupsDescription"]!["PointInTimeRecoveryDescription"]!["RecoveryPeriodInDays"]!);
        Assert.Equal(3, definition["contributorInsights"]!.AsArray().Count);
        Assert.Equal(Kinesis, (string?)definition["kinesisDataStreamDestinations"]![0]!["StreamArn"]);
        Assert.Contains("Statement", (string?)definition["streamResourcePolicy"]!["Policy"], StringComparison.Ordinal);
        Assert.Equal(2, definition["tableAutoScalingDescription"]!["Replicas"]!.AsArray().Count);
        Assert.Null(definition["notRead"]);
    }

    [Fact]
    public async Task An_existing_table_keeps_its_settings()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        var target = await CreateAsync(Typical(DynaliteFixture.NewName("Existing")), items: 0);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.ForgetCalls();

        var result = await RestoreAsync(RestoreOf(backup, target, Stub.Endpoint));

        Assert.Empty(result.Findings);
        Assert.DoesNotContain(Stub.Calls, call => call.StartsWith("Update", StringComparison.Ordinal) || call.StartsWith("Put", StringComparison.Ordinal) || call is "TagResource" or "CreateTable");
    }
}
