using DynamoBackup.Core.Tests.Replay;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>An item that was written ten thousand times: its versions lie in a temporary file until they are handed over, a few at a time.</summary>
public sealed class LargeHistoryTests(DynaliteFixture dynalite) : ChainFixture(dynalite)
{
    private const int Versions = 10_000;
    private const int ItemBytes = 5_000;

    [Fact]
    public async Task Ten_thousand_versions_of_an_item_come_in_order_and_are_never_all_in_memory()
    {
        await ArrangeAsync(1, 4, 4);
        var (from, shard) = (Writer.Second, Writer.Shards[0]);
        var lines = Enumerable.Range(0, Versions).Select(number => LineOf(number, from + (number / 50), shard.Id!));
        Writer.Wait(Versions / 50);
        await AddIncrementAsync(lines, Store, At(from - 1).UtcDateTime, [shard]);

        var (next, largest, spilled) = (0, 0, 0L);
        var request = new HistoryRequest { Backups = await KnownAsync(), Keys = [new ItemKey("""{"pk":{"S":"much"}}""")], WorkingDirectory = WorkingDirectory, ItemReader = json => json.Length };
        var given = await HistoryRun.RunAsync(
            request,
            (batch, _) =>
            {
                foreach (var version in batch)
                {
                    Assert.Equal((SequenceOf(next), At(from + (next / 50)).UtcDateTime), (version.SequenceNumber, version.TimeUtc));
                    Assert.InRange((int)version.Item!, ItemBytes, ItemBytes + 100);
                    next++;
                }

                largest = Math.Max(largest, batch.Sum(version => (int)version.Item!));
                spilled = Math.Max(spilled, Directory.EnumerateFiles(WorkingDirectory, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
                return Task.CompletedTask;
            },
            Output, Cancellation);

        Assert.Equal((Versions, Versions), (given, next));
        Assert.InRange(largest, 1, 2 << 20);
        // All together are 50 MB; what is more than 32 MiB of it lay on the disk.
        Assert.InRange(spilled, (Versions * (long)ItemBytes) - (33 << 20), long.MaxValue);
        AssertNothingTemporaryIsLeft();
    }

    private static string SequenceOf(int number) => $"{1_000_000_000L + number}";

    private static string LineOf(int number, long second, string shard)
    {
        var item = $$$"""{"pk":{"S":"much"},"n":{"N":"{{{number}}}"},"text":{"S":"{{{new string((char)('a' + (number % 26)), ItemBytes)}}}"}}""";
        return new ModelChange("much", item, null, second, shard, SequenceOf(number), false).Line();
    }
}
