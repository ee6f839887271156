using System.Text;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Tables;
using DynamoBackup.Load;
using DynamoBackup.Testing;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Items whose time to live has passed are restored, counted and told of.</summary>
public sealed class ExpiredItemsTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData("""{"expires":{"N":"1700000000"}}""", 1)]
    [InlineData("""{"expires":{"N":"1.7E9"}}""", 1)]
    [InlineData("""{"expires":{"N":"1699999999.5"}}""", 1)]
    [InlineData("""{ "expires" : { "N" : "\u0031700000000" } }""", 1)]
    [InlineData("""{"expires":{"N":"1800000000"}}""", 1)]
    [InlineData("""{"expires":{"N":"1800000001"}}""", 0)]
    [InlineData("""{"expires":{"N":"1600000000"}}""", 0)]
    [InlineData("""{"expires":{"N":"0"}}""", 0)]
    [InlineData("""{"expires":{"N":"-1"}}""", 0)]
    [InlineData("""{"expires":{"N":"9.9E125"}}""", 0)]
    [InlineData("""{"expires":{"S":"1700000000"}}""", 0)]
    [InlineData("""{"expires":{"NS":["1700000000"]}}""", 0)]
    [InlineData("""{"expires":{"NULL":true}}""", 0)]
    [InlineData("""{"other":{"N":"1700000000"}}""", 0)]
    [InlineData("""{"map":{"M":{"expires":{"N":"1700000000"}}}}""", 0)]
    public void An_item_has_expired_where_a_number_of_seconds_lies_in_the_past_five_years(string item, long expected)
    {
        var check = new ExpiryCheck("expires", Now);
        var read = new CanonicalItem();
        read.Read(Encoding.UTF8.GetBytes(item));

        check.Look(Encoding.UTF8.GetBytes(item), read);

        Assert.Equal(expected, check.Count);
    }

    [Fact]
    public async Task They_are_restored_and_a_warning_tells_what_becomes_of_them_and_how_to_keep_them()
    {
        var table = await ExpiringAsync(expired: 7);

        var result = await RoundTripAsync(table);

        Assert.True(result.Verified);
        Assert.Equal((30, 7), (result.Written, result.ExpiredItems));
        var finding = Assert.Single(result.Findings);
        Assert.Equal((FindingSeverity.Information, FindingKind.ItemsExpired), (finding.Severity, finding.Kind));
        Assert.Contains("7 items", Assert.Single(Output.Warnings), StringComparison.Ordinal);
        Assert.Contains("-ExcludeSetting TimeToLive", Output.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_time_to_live_they_are_counted_and_not_warned_of()
    {
        var table = await ExpiringAsync(expired: 7);

        var result = await RoundTripAsync(table, request => request with { ExcludedSettings = [TableSetting.TimeToLive] });

        Assert.Equal(7, result.ExpiredItems);
        Assert.Equal(FindingKind.ItemsExpired, Assert.Single(result.Findings).Kind);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task An_existing_tables_own_time_to_live_counts()
    {
        var table = await ExpiringAsync(expired: 7);
        var backup = await BackUpAsync(table, Stub.Endpoint);

        var result = await RestoreAsync(RestoreOf(backup, table, Stub.Endpoint) with { Mode = RestoreMode.Overwrite });

        Assert.Equal(7, result.ExpiredItems);
        Assert.Contains("turn it off", Assert.Single(Output.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_expired_is_nothing_to_tell()
    {
        var table = await ExpiringAsync(expired: 0);

        var result = await RoundTripAsync(table);

        Assert.Equal(0, result.ExpiredItems);
        Assert.Empty(result.Findings);
        Assert.Empty(Output.Warnings);
    }

    private async Task<string> ExpiringAsync(int expired)
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Sessions")), items: 0);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await SampleTables.FillAsync(
            Client, table,
            Enumerable.Range(0, 30).Select(number => new Dictionary<string, AttributeValue> { ["pk"] = Attr.S($"{number}"), ["sk"] = Attr.N("1"), ["expires"] = Attr.N($"{(number < expired ? now - 3600 - number : now + 86_400)}") }),
            cancellationToken: Cancellation);
        await FinishAsync(table, all: false);
        return table;
    }
}
