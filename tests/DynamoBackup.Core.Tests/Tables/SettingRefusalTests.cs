using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>What may not be read or put back is a finding and a warning, never silence and never a failed run.</summary>
public sealed class SettingRefusalTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    [Theory]
    [InlineData("DescribeTimeToLive", TableSetting.TimeToLive)]
    [InlineData("DescribeContinuousBackups", TableSetting.PointInTimeRecovery)]
    [InlineData("ListTagsOfResource", TableSetting.Tags)]
    [InlineData("GetResourcePolicy", TableSetting.ResourcePolicy)]
    [InlineData("DescribeKinesisStreamingDestination", TableSetting.KinesisDestination)]
    [InlineData("DescribeContributorInsights", TableSetting.ContributorInsights)]
    [InlineData("DescribeTableReplicaAutoScaling", TableSetting.AutoScaling)]
    public async Task A_setting_that_may_not_be_read_is_a_finding_of_the_backup_and_of_its_restore(string operation, TableSetting setting)
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        Stub.Deny(operation);

        var backup = await BackUpAsync(table, Stub.Endpoint);

        var finding = Assert.Single(backup.Findings);
        Assert.Equal((FindingSeverity.Warning, FindingKind.SettingNotRead, table), (finding.Severity, finding.Kind, finding.File));
        Assert.Contains($"{setting} (dynamodb:{operation})", finding.Detail, StringComparison.Ordinal);
        Assert.Contains($"Grant dynamodb:{operation}", finding.Fix, StringComparison.Ordinal);
        Assert.Contains($"{setting} (permission denied: dynamodb:{operation})", Assert.Single(Output.Warnings), StringComparison.Ordinal);
        Assert.Equal(finding, Assert.Single((await ListAsync()).Single().Findings));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Content)).IsValid);

        Output.Warnings.Clear();
        Stub.AllowAll();
        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));
        Assert.True(result.Verified);
        Assert.Equal(FindingKind.SettingNotRead, Assert.Single(result.Findings).Kind);
        Assert.Contains(setting.ToString(), Assert.Single(Output.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_could_not_be_read_is_one_warning_for_the_table()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        foreach (var operation in new[] { "DescribeTimeToLive", "ListTagsOfResource", "GetResourcePolicy" })
            Stub.Deny(operation);
        Stub.Forget("DescribeContinuousBackups");
        Stub.Forget("DescribeKinesisStreamingDestination");
        Stub.Refuse("DescribeContributorInsights", _ => true, DynamoErrors.InternalServerError);

        var request = RequestFor(table, Stub.Endpoint);
        var backup = await BackUpAsync(request with { Connection = request.Connection with { Patience = TimeSpan.Zero } });

        Assert.Equal(6, backup.Findings.Count);
        var warning = Assert.Single(Output.Warnings);
        Assert.Contains("PointInTimeRecovery, KinesisDestination (the endpoint does not know the call)", warning, StringComparison.Ordinal);
        Assert.Contains("ContributorInsights (reading it failed)", warning, StringComparison.Ordinal);
        Assert.Equal([FindingSeverity.Warning, FindingSeverity.Information], backup.Findings.Select(finding => finding.Severity).Distinct());
    }

    [Theory]
    [InlineData("UpdateTimeToLive", TableSetting.TimeToLive)]
    [InlineData("UpdateContinuousBackups", TableSetting.PointInTimeRecovery)]
    [InlineData("EnableKinesisStreamingDestination", TableSetting.KinesisDestination)]
    [InlineData("UpdateContributorInsights", TableSetting.ContributorInsights)]
    [InlineData("PutResourcePolicy", TableSetting.ResourcePolicy)]
    public async Task A_setting_that_may_not_be_put_back_is_a_finding_and_a_warning(string operation, TableSetting setting)
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Deny(operation);

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.True(result.Verified);
        Assert.Equal(backup.ItemCount, result.Written);
        Assert.NotEmpty(result.Findings);
        Assert.All(result.Findings, finding =>
        {
            Assert.Equal((FindingSeverity.Warning, FindingKind.SettingNotRestored, result.TableName), (finding.Severity, finding.Kind, finding.File));
            Assert.StartsWith(setting.ToString(), finding.Detail, StringComparison.Ordinal);
            Assert.Contains($"dynamodb:{operation}", finding.Detail, StringComparison.Ordinal);
        });
        Assert.Equal(result.Findings.Count, Output.Warnings.Count);
    }

    [Theory]
    [InlineData("StreamSpecification", new[] { TableSetting.Stream, TableSetting.Replicas, TableSetting.ResourcePolicy })]
    [InlineData("ReplicaUpdates", new[] { TableSetting.Replicas })]
    [InlineData("DeletionProtectionEnabled", new[] { TableSetting.DeletionProtection })]
    public async Task A_change_of_the_table_that_is_refused_takes_only_what_needs_it_along(string member, TableSetting[] lost)
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("UpdateTable", request => request[member] is not null, () => DynamoErrors.AccessDenied("dynamodb:UpdateTable"));

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.True(result.Verified);
        Assert.Equal(lost.Select(setting => setting.ToString()).Order(), result.Findings.Select(finding => finding.Detail.Split(' ')[0]).Distinct().Order());
    }

    [Theory]
    [InlineData("WarmThroughput", "The requested WarmThroughput is above the account's limit", TableSetting.WarmThroughput)]
    [InlineData("OnDemandThroughput", "MaxReadRequestUnits is too high", TableSetting.OnDemandThroughput)]
    [InlineData("TableClass", "TableClass is not supported here", TableSetting.TableClass)]
    [InlineData("VectorIndexes", "VectorIndexes is not a supported parameter", TableSetting.VectorIndexes)]
    [InlineData("WarmThroughput", "Something is wrong with this request", TableSetting.WarmThroughput)]
    [InlineData("TableClass", "Something is wrong with this request", TableSetting.TableClass)]
    [InlineData("VectorIndexes", "Something is wrong with this request", TableSetting.VectorIndexes)]
    public async Task What_CreateTable_refuses_is_left_out_and_nothing_else(string member, string message, TableSetting setting)
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("CreateTable", request => request[member] is not null, () => DynamoErrors.Validation(message));

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.True(result.Verified);
        var finding = Assert.Single(result.Findings);
        Assert.StartsWith($"{setting} could not be put back", finding.Detail, StringComparison.Ordinal);
        Assert.Contains(message, finding.Detail, StringComparison.Ordinal);
        Assert.Single(Output.Warnings);
    }

    [Fact]
    public async Task Several_things_that_CreateTable_refuses_without_telling_are_all_found()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("CreateTable", request => request["WarmThroughput"] is not null || request["OnDemandThroughput"] is not null, () => DynamoErrors.Validation("No."));

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.Equal(["WarmThroughput", "OnDemandThroughput"], result.Findings.Select(finding => finding.Detail.Split(' ')[0]));
    }

    [Fact]
    public async Task Without_permission_to_tag_the_table_is_created_without_tags()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("CreateTable", request => request["Tags"] is not null, () => DynamoErrors.AccessDenied("dynamodb:TagResource"));
        Stub.Deny("TagResource");
        Stub.ForgetCalls();

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.StartsWith("Tags could not be put back", Assert.Single(result.Findings).Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("TagResource", Stub.Calls);
    }

    [Fact]
    public async Task Without_permission_to_create_tables_nothing_is_tried_twice()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Deny("CreateTable");
        Stub.ForgetCalls();

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint)));

        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        Assert.Single(Stub.Calls, call => call == "CreateTable");
    }

    [Fact]
    public async Task A_key_schema_that_is_refused_fails_the_restore_with_the_first_refusal()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Refuse("CreateTable", _ => true, () => DynamoErrors.Validation("The key is no good."));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint)));

        Assert.Equal(BackupErrorCode.RequestRefused, error.Code);
        Assert.Contains("The key is no good", error.Message, StringComparison.Ordinal);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task What_may_not_be_read_back_is_a_note_and_no_warning()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: false);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.Deny("DescribeTimeToLive");

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        var finding = Assert.Single(result.Findings);
        Assert.Equal((FindingSeverity.Information, FindingKind.SettingNotRead), (finding.Severity, finding.Kind));
        Assert.Empty(Output.Warnings);
        Stub.AllowAll();
        await AssertSameAsync(table, result.TableName);
    }

    [Fact]
    public async Task A_table_that_can_no_longer_be_described_is_restored_all_the_same()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: false);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.ForgetCalls();
        Stub.Refuse("DescribeTable", _ => Stub.Calls.Contains("Scan"), () => DynamoErrors.AccessDenied("dynamodb:DescribeTable"));

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.True(result.Verified);
        Assert.Equal((FindingKind.SettingNotRestored, FindingSeverity.Warning), Assert.Single(result.Findings.Select(finding => (finding.Kind, finding.Severity))));
        Assert.Contains("dynamodb:DescribeTable", Assert.Single(Output.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_seen_to_have_been_made()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: false);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        // Tried again, both are refused: they are on already.
        Stub.LoseAnswer("UpdateTimeToLive");
        Stub.LoseAnswer("UpdateTable");

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

        Assert.Empty(result.Findings);
        Assert.Empty(Output.Warnings);
        Assert.Contains(Output.Messages, message => message.Contains("TimeToLive is already enabled", StringComparison.Ordinal));
        await AssertSameAsync(table, result.TableName);
    }

    [Fact]
    public async Task An_endpoint_that_ignores_settings_is_found_out_by_comparing()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        var backup = await BackUpAsync(table, Stub.Endpoint);

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored")));

        Assert.True(result.Verified);
        Assert.Equal(
            [
                "ContributorInsights", "DeletionProtection", "Encryption", "KinesisDestination", "OnDemandThroughput", "PointInTimeRecovery", "Replicas", "ResourcePolicy", "Stream", "TableClass",
                "TimeToLive", "VectorIndexes", "WarmThroughput",
            ],
            Lost(result.Findings));
        Assert.All(result.Findings, finding => Assert.Equal(FindingKind.SettingNotRestored, finding.Kind));
        // dynalite ignores CreateTable's tags and takes them afterwards.
        var arn = (await Dynalite.Client.DescribeTableAsync(result.TableName, Cancellation)).Table.TableArn;
        Assert.Equal(4, (await Dynalite.Client.ListTagsOfResourceAsync(new() { ResourceArn = arn }, Cancellation)).Tags.Count);
    }

    private static IEnumerable<string> Lost(IEnumerable<Finding> findings) => findings
        .Select(finding => Enum.GetNames<TableSetting>().FirstOrDefault(setting => finding.Detail.StartsWith(setting, StringComparison.Ordinal)) ?? (finding.Detail.Contains("by-meaning", StringComparison.Ordinal) ? "VectorIndexes" : finding.Detail))
        .Distinct().Order(StringComparer.Ordinal);
}
