using System.Text.Json;
using DynamoBackup.Aws;
using DynamoBackup.Tables;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>What a share of a table's capacity is a share of.</summary>
public sealed class TableCapacityTests
{
    private const string Provisioned = """{"ProvisionedThroughput":{"ReadCapacityUnits":100,"WriteCapacityUnits":40}}""";
    private const string ProvisionedByName = """{"BillingModeSummary":{"BillingMode":"PROVISIONED"},"ProvisionedThroughput":{"ReadCapacityUnits":100,"WriteCapacityUnits":40},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000}}""";
    private const string Most = """{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},"OnDemandThroughput":{"MaxReadRequestUnits":500,"MaxWriteRequestUnits":300},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000}}""";
    private const string NoMost = """{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},"OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":300},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000}}""";
    private const string Warm = """{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}}""";
    private const string FormerlyProvisioned = """{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":7},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000}}""";
    private const string None = """{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0}}""";
    private const string Odd = """{"BillingModeSummary":null,"ProvisionedThroughput":{"ReadCapacityUnits":"100"},"OnDemandThroughput":[],"WarmThroughput":{}}""";

    [Theory]
    [InlineData(Provisioned, CapacityKind.Read, 100.0, "provisioned")]
    [InlineData(Provisioned, CapacityKind.Write, 40.0, "provisioned")]
    [InlineData(ProvisionedByName, CapacityKind.Read, 100.0, "provisioned")]
    [InlineData(Most, CapacityKind.Read, 500.0, "on-demand maximum")]
    [InlineData(Most, CapacityKind.Write, 300.0, "on-demand maximum")]
    [InlineData(NoMost, CapacityKind.Read, 12_000.0, "warm throughput")]
    [InlineData(NoMost, CapacityKind.Write, 300.0, "on-demand maximum")]
    [InlineData(Warm, CapacityKind.Read, 12_000.0, "warm throughput")]
    [InlineData(Warm, CapacityKind.Write, 4_000.0, "warm throughput")]
    [InlineData(FormerlyProvisioned, CapacityKind.Write, 4_000.0, "warm throughput")]
    internal void A_description_tells_what_the_table_has(string table, CapacityKind kind, double units, string what) =>
        Assert.Equal(new TableCapacity(units, what), TableCapacity.Of(Parse(table), kind));

    [Theory]
    [InlineData(None)]
    [InlineData(Odd)]
    [InlineData("{}")]
    public void A_description_that_tells_nothing_is_no_capacity(string table)
    {
        Assert.Null(TableCapacity.Of(Parse(table), CapacityKind.Read));
        Assert.Null(TableCapacity.Of(Parse(table), CapacityKind.Write));
    }

    [Theory]
    [InlineData(Provisioned, 25, 25.0)]
    [InlineData(Provisioned, 1, 1.0)]
    [InlineData(Most, 10, 50.0)]
    [InlineData(Warm, 100, 12_000.0)]
    public void A_share_is_one_of_that(string table, int percent, double expected)
    {
        var rate = RunBudget.RateOf(new CapacityLimit(null, percent), CapacityKind.Read, "Orders", Parse(table));
        Assert.Equal(expected, rate!.UnitsPerSecond, 0.0001);
        Assert.Contains($"{percent} % of", rate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_what_is_not_known_asks_for_the_units()
    {
        var read = Assert.Throws<DynamoBackupException>(() => RunBudget.RateOf(new CapacityLimit(null, 50), CapacityKind.Read, "Orders", Parse(None)));
        Assert.Equal(BackupErrorCode.CapacityUnknown, read.Code);
        Assert.Equal("Orders", read.Target);
        Assert.Contains("-MaxReadUnits", read.Message, StringComparison.Ordinal);
        var write = Assert.Throws<DynamoBackupException>(() => RunBudget.RateOf(new CapacityLimit(null, 50), CapacityKind.Write, "Orders", Parse(None)));
        Assert.Contains("-MaxWriteUnits", write.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(10.0, 10)]
    [InlineData(0.0, null)]
    [InlineData(-1.0, null)]
    [InlineData(double.NaN, null)]
    [InlineData(double.PositiveInfinity, null)]
    [InlineData(null, 0)]
    [InlineData(null, 101)]
    public void A_limit_that_makes_no_sense_is_refused(double? units, int? percent) =>
        Assert.Equal(BackupErrorCode.InvalidArgument, Assert.Throws<DynamoBackupException>(() => RunBudget.Check(new CapacityLimit(units, percent), CapacityKind.Read)).Code);

    [Fact]
    public void The_same_limit_is_the_same_budget_and_an_equal_one_is_another()
    {
        var (output, table) = (new Runs.CollectedOutput(), Parse(None));
        var limit = new CapacityLimit(10, null);
        var budget = RunBudget.For(limit, CapacityKind.Read, "one", table, output);
        Assert.Same(budget, RunBudget.For(limit, CapacityKind.Read, "two", table, output));
        Assert.NotSame(budget, RunBudget.For(new CapacityLimit(10, null), CapacityKind.Read, "two", table, output));
        Assert.Null(RunBudget.For(null, CapacityKind.Read, "one", table, output));
        Assert.Contains(output.Messages, message => message.Contains("Reads of 'two' are limited to 10 units/s", StringComparison.Ordinal));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
