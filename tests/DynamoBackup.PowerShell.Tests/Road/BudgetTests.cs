using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>One budget holds for all tables of a pipeline, as the proxy before the server counts it.</summary>
public sealed class BudgetTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task Tables_of_a_pipeline_hold_one_budget_together_and_come_back_the_same()
    {
        var tables = new List<string>();
        for (var index = 0; index < 3; index++)
            tables.Add(await Dynalite.CreateAsync(Items(150)));
        await using var proxy = await StartProxyAsync();
        var (reads, writes) = (CapacityMeter.Of(proxy, "Scan"), CapacityMeter.Of(proxy, "BatchWriteItem"));

        var names = string.Join(", ", tables.Select(table => $"'{table}'"));
        Assert.Equal(3, Shell.Run($"{names} | Backup-DynamoTable -Destination $store -MaxReadUnits 100 @aws").Succeeded().Count);
        Assert.True(reads.Total >= 220, $"{reads.Total} units");
        Assert.True(reads.Rate <= 110, $"{reads.Rate} units a second");

        await Dynalite.DeleteAsync(tables);
        var restored = Shell.Run("Get-DynamoBackup -Source $store | Restore-DynamoTable -MaxWriteUnits 400 -Confirm:$false @aws").Succeeded();
        Assert.Equal(3, restored.Count);
        Assert.True(writes.Total >= 1_800, $"{writes.Total} units");
        Assert.True(writes.Rate <= 440, $"{writes.Rate} units a second");
        Assert.Equal(3, Shell.Run("Test-DynamoBackup '*' $store -Level Live @aws").Succeeded().Count(result => result.Text("IsValid") == "True"));
    }

    private static IEnumerable<Dictionary<string, AttributeValue>> Items(int count) => Enumerable.Range(0, count).Select(index => new Dictionary<string, AttributeValue>
    {
        [TableShape.HashKey] = Attr.S($"item-{index:d6}"),
        ["payload"] = Attr.S(new string('x', 4_000)),
    });
}
