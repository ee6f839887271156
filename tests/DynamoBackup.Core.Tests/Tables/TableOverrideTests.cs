using Amazon.DynamoDBv2;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>What a restore makes otherwise on request is no finding; what makes no sense is refused before anything is written.</summary>
public sealed class TableOverrideTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    [Theory]
    [InlineData(TableSetting.Tags, "Tags")]
    [InlineData(TableSetting.TimeToLive, "DescribeTimeToLive")]
    [InlineData(TableSetting.PointInTimeRecovery, "DescribeContinuousBackups")]
    [InlineData(TableSetting.KinesisDestination, "DescribeKinesisStreamingDestination")]
    [InlineData(TableSetting.ContributorInsights, "DescribeContributorInsights")]
    [InlineData(TableSetting.DeletionProtection, "Table/DeletionProtectionEnabled")]
    [InlineData(TableSetting.Encryption, "Table/SSEDescription")]
    [InlineData(TableSetting.TableClass, "Table/TableClassSummary")]
    [InlineData(TableSetting.OnDemandThroughput, "Table/OnDemandThroughput")]
    [InlineData(TableSetting.WarmThroughput, "Table/WarmThroughput")]
    [InlineData(TableSetting.VectorIndexes, "Table/VectorIndexes")]
    [InlineData(TableSetting.Replicas, "Table/Replicas")]
    [InlineData(TableSetting.ResourcePolicy, "Policy")]
    public async Task A_setting_left_out_on_request_is_not_there_and_is_no_finding(TableSetting setting, string place)
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        var result = await RoundTripAsync(table, request => request with { ExcludedSettings = [setting] });

        Assert.True(result.Verified);
        Assert.Empty(result.Findings);
        Assert.Empty(Output.Warnings);
        Assert.Contains(Output.Messages, message => message.Contains($"{setting} is left out", StringComparison.Ordinal));
        var (before, after) = (await PlaceAsync(table), await PlaceAsync(result.TableName));
        Assert.NotEqual(before, after);

        async Task<string?> PlaceAsync(string name)
        {
            var all = await WholeDescription.ReadAsync(Stub.Endpoint, name, Cancellation);
            return place.Split('/') is [var owner, var member] ? all[owner]![member]?.ToJsonString() : all[place]?.ToJsonString();
        }
    }

    [Fact]
    public async Task Everything_left_out_leaves_keys_indexes_and_billing()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        var result = await RoundTripAsync(table, request => request with { ExcludedSettings = Enum.GetValues<TableSetting>() });

        Assert.Empty(result.Findings);
        Assert.DoesNotContain(Stub.Calls, call => call.StartsWith("Update", StringComparison.Ordinal) || call.StartsWith("Put", StringComparison.Ordinal) || call.StartsWith("Enable", StringComparison.Ordinal));
        Assert.Equal(["by-created", "status-created"], (await DescribeAsync(result)).GlobalSecondaryIndexes.Select(index => index.IndexName).Order());
    }

    [Fact]
    public async Task Indexes_left_out_take_their_attributes_and_settings_along()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);

        var result = await RoundTripAsync(table, request => request with { Overrides = new() { ExcludedIndexes = [Name("by-created"), Pattern("*-amount", "by-amount"), Name("by-meaning")] } });

        Assert.Empty(result.Findings);
        var description = await DescribeAsync(result);
        Assert.Equal("status-created", Assert.Single(description.GlobalSecondaryIndexes).IndexName);
        Assert.Null(description.LocalSecondaryIndexes);
        Assert.Equal(["created", "pk", "sk", "status"], description.AttributeDefinitions.Select(attribute => attribute.AttributeName).Order());
    }

    [Fact]
    public async Task An_on_demand_table_can_come_back_provisioned()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));

        var result = await RoundTripAsync(table, request => request with
        {
            Overrides = new() { ReadCapacityUnits = 11, WriteCapacityUnits = 6, IndexThroughput = new Dictionary<string, TableThroughput> { ["by-created"] = new(3, 2) }, TableClass = "STANDARD" },
        });

        Assert.Empty(result.Findings);
        var description = await DescribeAsync(result);
        Assert.Equal((11, 6), (description.ProvisionedThroughput.ReadCapacityUnits, description.ProvisionedThroughput.WriteCapacityUnits));
        Assert.Equal([("by-created", 3L, 2L), ("status-created", 11L, 6L)], description.GlobalSecondaryIndexes
            .Select(index => (index.IndexName, index.ProvisionedThroughput.ReadCapacityUnits!.Value, index.ProvisionedThroughput.WriteCapacityUnits!.Value)).Order());
        Assert.Null(description.TableClassSummary);
        Assert.Null(description.OnDemandThroughput);
    }

    [Fact]
    public async Task A_provisioned_table_can_come_back_on_demand()
    {
        var request = Typical(DynaliteFixture.NewName("Orders"));
        request.BillingMode = BillingMode.PROVISIONED;
        request.ProvisionedThroughput = new(7, 3);
        request.GlobalSecondaryIndexes.ForEach(index => index.ProvisionedThroughput = new(5, 2));
        var table = await CreateAsync(request);
        var backup = await BackUpAsync(table, Stub.Endpoint);

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint) with
        {
            Overrides = new() { BillingMode = TableBillingMode.PayPerRequest, TableClass = "STANDARD_INFREQUENT_ACCESS" },
            ExcludedSettings = [TableSetting.AutoScaling],
        });

        Assert.Empty(result.Findings);
        var description = await DescribeAsync(result);
        Assert.Equal(("PAY_PER_REQUEST", "STANDARD_INFREQUENT_ACCESS"), (description.BillingModeSummary.BillingMode.Value, description.TableClassSummary.TableClass.Value));
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task What_contradicts_itself_or_the_table_is_refused_before_anything_is_written(TableOverrides overrides, TableSetting[] excluded, string word)
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")), items: 1);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Stub.ForgetCalls();
        var request = RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint) with { Overrides = overrides, ExcludedSettings = excluded };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request));

        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Equal(["DescribeTable"], Stub.Calls.Distinct());
    }

    public static TheoryData<TableOverrides, TableSetting[], string> Contradictions() => new()
    {
        { new() { BillingMode = TableBillingMode.PayPerRequest, ReadCapacityUnits = 5 }, [], "-BillingMode PayPerRequest" },
        { new() { BillingMode = TableBillingMode.PayPerRequest, IndexThroughput = new Dictionary<string, TableThroughput> { ["by-created"] = new(1, 1) } }, [], "-IndexThroughput" },
        { new() { BillingMode = TableBillingMode.Provisioned }, [], "-WriteCapacityUnits" },
        { new() { ReadCapacityUnits = 5 }, [], "both" },
        { new() { ReadCapacityUnits = 0, WriteCapacityUnits = 5 }, [], "from 1 on" },
        { new() { ReadCapacityUnits = 5, WriteCapacityUnits = 5, IndexThroughput = new Dictionary<string, TableThroughput> { ["no-such"] = new(1, 1) } }, [], "no-such" },
        { new() { ReadCapacityUnits = 5, WriteCapacityUnits = 5, ExcludedIndexes = [Name("by-created")], IndexThroughput = new Dictionary<string, TableThroughput> { ["by-created"] = new(1, 1) } }, [], "by-created" },
        { new() { ExcludedIndexes = [Name("no-such")] }, [], "by-amount, by-created, status-created" },
        { new() { TableClass = "CHEAP" }, [], "CHEAP" },
        { new() { TableClass = "STANDARD" }, [TableSetting.TableClass], "-ExcludeSetting TableClass" },
    };

    [Fact]
    public async Task For_an_existing_table_they_are_an_error()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")), items: 1);
        var backup = await BackUpAsync(table, Stub.Endpoint);
        var request = RestoreOf(backup, table, Stub.Endpoint) with { Mode = RestoreMode.Overwrite };

        var one = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request with { ExcludedSettings = [TableSetting.Tags] }));
        var other = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request with { Overrides = new() { TableClass = "STANDARD" } }));

        Assert.Equal((BackupErrorCode.InvalidArgument, BackupErrorCode.InvalidArgument), (one.Code, other.Code));
        Assert.Contains("-TargetTable", one.Message, StringComparison.Ordinal);
        Assert.True((await RestoreAsync(request)).Verified);
    }

    [Fact]
    public async Task A_wildcard_that_no_index_fits_is_no_error()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")), items: 1);

        Assert.Empty((await RoundTripAsync(table, request => request with { Overrides = new() { ExcludedIndexes = [Pattern("zzz*")] } })).Findings);
    }

    private static IndexPattern Name(string name) => new(name, IsWildcard: false, index => index == name);

    private static IndexPattern Pattern(string text, params string[] names) => new(text, IsWildcard: true, names.Contains);

    private async Task<Amazon.DynamoDBv2.Model.TableDescription> DescribeAsync(TableRestore result) => (await Client.DescribeTableAsync(result.TableName, Cancellation)).Table;
}
