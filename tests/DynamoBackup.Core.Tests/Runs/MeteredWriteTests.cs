using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What a restore writes under a budget, as the proxy before the server counts it.</summary>
public sealed class MeteredWriteTests(MeteredServer server) : MeteredTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_writes_at_the_budgets_rate(bool serverDoesNotTell)
    {
        var table = await Dynalite.NewTableAsync(Items(600, bytes: 1_500).Concat(MixedItems.Create(50)));
        var backup = await BackUpAsync(RequestFor(table) with { Segments = 4 });
        await using var proxy = await Dynalite.NewProxyAsync();
        var meter = CapacityMeter.Of(proxy, "BatchWriteItem", hide: serverDoesNotTell);

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint) with { WriteLimit = new CapacityLimit(200, null) });

        Assert.True(restored.Verified);
        AssertRate(meter, 200);
    }
}
