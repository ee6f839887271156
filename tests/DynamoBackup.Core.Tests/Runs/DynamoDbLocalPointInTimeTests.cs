using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>
/// A second opinion on streams, opt-in: a writer makes random changes to a table of DynamoDB Local while a continuous backup captures them; restored to five instants, the table equals the writer's own
/// record. DynamoDB Local rounds the times of changes down to the minute, so the instants are whole minutes, and it takes some six of them.
/// </summary>
public sealed class DynamoDbLocalPointInTimeTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private const int Instants = 5;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Restored_to_whole_minutes_the_table_equals_the_writers_own_record()
    {
        Assert.SkipUnless(DynamoDbLocalServer.WhyMissing() is null, DynamoDbLocalServer.WhyMissing() ?? "");
        await using var server = await DynamoDbLocalServer.StartAsync(cancellationToken: Cancellation);
        using var client = server.CreateClient();
        await CreateAsync(client);
        var request = RequestFor("Orders", server.Endpoint) with
        {
            NoStream = false,
            ConsistentRead = true,
            Continuous = true,
            SealEvery = TimeSpan.FromSeconds(15),
            Duration = Minute * (Instants + 1) + TimeSpan.FromSeconds(10),
            StreamSettle = TimeSpan.FromSeconds(2),
        };
        // Begun as a minute begins: what the first minute's changes are dated is then not before the capture's begin.
        await Task.Delay(Minute - TimeSpan.FromTicks(DateTimeOffset.UtcNow.UtcTicks % Minute.Ticks), Cancellation);
        var capturing = IncrementalRun.RunAsync(request, (_, _) => Task.CompletedTask, Output, Cancellation);
        while ((Directory.Exists(Store) ? await ListAsync() : []).Count == 0)
            await Task.Delay(100, Cancellation);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = new RandomWriter(client, "Orders", 200, 30, () => DateTimeOffset.UtcNow);
        var writing = writer.RunAsync(long.MaxValue, stop.Token);
        var marks = new List<(DateTimeOffset At, IReadOnlyDictionary<string, Dictionary<string, AttributeValue>> Items)>();
        // The first instant is the minute after that in which the base was made.
        await Task.Delay(Minute - TimeSpan.FromTicks(DateTimeOffset.UtcNow.UtcTicks % Minute.Ticks), Cancellation);
        while (marks.Count < Instants)
        {
            var left = Minute - TimeSpan.FromTicks(DateTimeOffset.UtcNow.UtcTicks % Minute.Ticks) - TimeSpan.FromSeconds(5);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, Cancellation);
            marks.Add(await writer.MarkAsync(Minute, Cancellation));
        }

        await stop.CancelAsync();
        await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await capturing;

        var known = await ListAsync();
        Assert.DoesNotContain(known.SelectMany(backup => backup.Findings), finding => finding.Severity == FindingSeverity.Error);
        foreach (var (at, items) in marks)
        {
            var target = $"At{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
            var restore = RestoreOf(known[0], target, server.Endpoint) with { ExcludedSettings = [TableSetting.Stream] };
            using var run = await PointInTimeRun.OpenAsync(new PointInTimeRequest { Restore = restore, Known = known, PointInTime = at }, Output, Cancellation);
            var result = await run.RunAsync(await run.PlanAsync(null, Output, Cancellation), null, Output, Cancellation);
            Assert.True(result.Verified);
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            await foreach (var item in SampleTables.ReadAsync(client, target, Cancellation))
                found.Add(item[TableShape.HashKey].S, Text(item));
            Assert.Equal(items.ToDictionary(item => item.Key, item => Text(item.Value)).OrderBy(item => item.Key, StringComparer.Ordinal), found.OrderBy(item => item.Key, StringComparer.Ordinal));
            TestContext.Current.TestOutputHelper?.WriteLine($"{at:HH:mm}: {items.Count} items, equal key by key");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{writer.Writes} writes, {known.Count} backups");
    }

    private static string Text(Dictionary<string, AttributeValue> item) => string.Join(';', item.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value.S}{value.Value.N}"));

    private static async Task CreateAsync(AmazonDynamoDBClient client)
    {
        await client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "Orders",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new KeySchemaElement(TableShape.HashKey, KeyType.HASH)],
                AttributeDefinitions = [new AttributeDefinition(TableShape.HashKey, ScalarAttributeType.S)],
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES },
            },
            Cancellation);
    }
}
