using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>
/// A writer makes random changes at a steady rate while a full backup is taken and a continuous one captures, is killed and started again; the table is then restored as it was at random instants, and
/// must equal the writer's own record, key by key. DYNAMOBACKUP_TEST_SCALE=full makes 50,000 changes, ten kills and twenty instants.
/// </summary>
public sealed class PointInTimeScaleTests : StreamScaleTest
{
    private const int Before = 200;
    private static readonly (int Writes, double PerSecond, int Kills, int Instants) Size = ScaleRun.IsFull ? (50_000, 120, 10, 20) : (1_800, 90, 2, 3);

    private readonly Random _random = new(6);
    private readonly List<Dictionary<string, AttributeValue>> _before = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await SampleTables.CreateAsync(Client, "Orders", cancellationToken: Cancel);
        await SampleTables.FillAsync(Client, "Orders", MixedItems.Create(Before), cancellationToken: Cancel);
        // As the server has them: it spells numbers in its own way.
        await foreach (var item in SampleTables.ReadAsync(Client, "Orders", Cancel))
            _before.Add(item);
        await Streams.EnableStreamAsync("Orders");
    }

    [Fact]
    public async Task Restored_to_random_instants_the_table_equals_the_writers_own_record_whatever_was_killed()
    {
        var writer = new RandomWriter(Client, "Orders", 500, Size.PerSecond, Streams.Options.Now);
        var writing = writer.RunAsync(Size.Writes, Cancel);
        await ReachAsync(writer, Size.Writes / 20);
        var full = await RunAsync("$b = Backup-DynamoTable Orders $store -ConsistentRead -StreamSettle 00:00:01 @aws; \"$($b.Exactness)\"; $b.ExactDigest; $b.ToUtc.ToString('o')");
        Assert.Equal("Exact", full[0]);

        var killing = KillAsync();
        var marks = new List<(DateTimeOffset At, IReadOnlyDictionary<string, Dictionary<string, AttributeValue>> Items)>();
        for (var mark = 1; mark <= Size.Instants; mark++)
        {
            await ReachAsync(writer, Math.Min(Size.Writes - 1, Size.Writes * (mark + 2) / (Size.Instants + 3) + _random.Next(0, 20)));
            marks.Add(await writer.MarkAsync(TimeSpan.FromSeconds(1), Cancel));
        }

        await writing;
        await killing;
        var last = await RunAsync("$b = Backup-DynamoTable Orders $store -Type Incremental -StreamSettle 00:00:01 @aws; $b.Type; $b.Lag.TotalSeconds; (Get-DynamoBackup Orders $store -Chain | Where-Object Gap).Count; (Get-DynamoBackup Orders $store | Test-DynamoBackup -Level Content | Where-Object { -not $_.IsValid }).Count");
        Assert.Equal("Incremental", last[0]);
        Assert.Equal(["0", "0"], last.TakeLast(2));

        var exactAt = DateTimeOffset.Parse(full[2], CultureInfo.InvariantCulture);
        var restored = await RestoreAsync("-Id (Get-DynamoBackup Orders $store | Where-Object Type -EQ Full).Id", "Exact");
        Assert.Equal(full[1], restored);
        await AssertHoldsAsync("Exact", await StateByStreamAsync(exactAt));
        foreach (var (at, items) in marks)
        {
            var target = $"At{at.ToUnixTimeSeconds()}";
            await RestoreAsync($"-PointInTime {at:yyyy-MM-dd'T'HH:mm:ss'Z'}", target);
            await AssertHoldsAsync(target, items.Values.Concat(_before));
            await Client.DeleteTableAsync(target, Cancel);
            TestContext.Current.TestOutputHelper?.WriteLine($"{at:HH:mm:ss}: {items.Count} of the writer's items, equal key by key");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Writes - 8:N0} writes, {(await Streams.RecordsAsync("Orders")).Count:N0} changes; lag of the last increment {last[1]} s; full backup exact at {exactAt:HH:mm:ss}");
    }

    /// <summary>Runs a continuous backup, kills it at random moments, and starts it again.</summary>
    private async Task KillAsync()
    {
        var kills = 0;
        while (kills < Size.Kills)
        {
            var life = TimeSpan.FromSeconds(4 + _random.NextDouble() * (ScaleRun.IsFull ? 20 : 4));
            var ended = await Host().KillAsync(
                "$null = Backup-DynamoTable Orders $store -Continuous -SealEvery 00:00:02 -StreamSettle 00:00:01 @aws", cancellation => Task.Delay(life, cancellation), Variables());
            Assert.True(ended is null, ended?.Errors);
            kills++;
        }
    }

    private async Task<string> RestoreAsync(string which, string target)
    {
        var lines = await RunAsync($"$r = Restore-DynamoTable Orders $store {which} -TargetTable {target} -WorkingDirectory $working -ExcludeSetting Stream -Verify -Confirm:$false @aws; $r.Verified; $r.ContentDigest");
        Assert.Equal("True", lines[0]);
        return lines[1];
    }

    private async Task AssertHoldsAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> expected)
    {
        var found = new List<string>();
        await foreach (var item in SampleTables.ReadAsync(Client, table, Cancel))
            found.Add(ItemText.Of(item));
        Assert.Equal(expected.Select(ItemText.Of).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>What the table held at an instant, by the stream's own records.</summary>
    private async Task<IEnumerable<Dictionary<string, AttributeValue>>> StateByStreamAsync(DateTimeOffset at)
    {
        var state = _before.ToDictionary(item => item[TableShape.HashKey].S, StringComparer.Ordinal);
        foreach (var change in (await Streams.RecordsAsync("Orders")).Select(record => JsonNode.Parse(record)!["dynamodb"]!).Where(change => (long)change["ApproximateCreationDateTime"]! <= at.ToUnixTimeSeconds()))
        {
            var key = (string)change["Keys"]![TableShape.HashKey]!["S"]!;
            if (change["NewImage"] is not JsonObject image)
                state.Remove(key);
            else
                state[key] = image.ToDictionary(value => value.Key, value => value.Value!["S"] is { } text ? Attr.S((string)text!) : Attr.N((string)value.Value["N"]!));
        }

        return state.Values;
    }

    private static async Task ReachAsync(RandomWriter writer, long writes)
    {
        while (writer.Writes < writes)
            await Task.Delay(20, Cancel);
    }
}
