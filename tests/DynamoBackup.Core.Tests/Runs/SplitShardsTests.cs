using DynamoBackup.Core.Tests.Faults;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Shards that split and roll while a writer runs and its changes are captured: every instant comes back as the writer remembers it.</summary>
public sealed class SplitShardsTests(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    private const int Rounds = 3;
    private const int WritesARound = 240;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Three_instants_are_restored_as_the_writer_remembers_them(bool continuous)
    {
        Streams.Options.ShardsPerPage = 3;
        Streams.Options.EmptyPageEvery = 4;
        var table = await NewStreamTableAsync();
        var before = await ItemsOfAsync(table);
        Assert.Equal(BackupType.Full, Assert.Single(await IncrementAsync(table)).Type);
        var writer = new RandomWriter(Client, table, 120, 80, Streams.Options.Now);
        var writing = writer.RunAsync((Rounds * WritesARound) + 20, Cancellation);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var capture = continuous ? IncrementAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromSeconds(1) }, ending.Token) : null;

        var marks = new List<(DateTimeOffset At, string Digest)>();
        for (var round = 1; round <= Rounds; round++)
        {
            await ReachAsync(writer, (round * WritesARound) - (WritesARound / 2));
            var increment = continuous ? Task.CompletedTask : IncrementAsync(table);
            await Streams.CloseShardsAsync(table, children: 2);
            await ReachAsync(writer, (round * WritesARound) - (WritesARound / 4));
            await Streams.CloseShardsAsync(table, children: 1);
            await Streams.ExpireIteratorsAsync(table);
            await ReachAsync(writer, round * WritesARound);
            var (at, items) = await writer.MarkAsync(TimeSpan.FromSeconds(1), Cancellation);
            marks.Add((at, IndependentDigest.Of([.. items.Values, .. before])));
            await increment;
        }

        await writing;
        await ending.CancelAsync();
        if (capture is not null)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => capture);
        await IncrementAsync(table);

        Assert.Equal(2 << Rounds, (await Streams.OpenShardsAsync(table)).Count);
        var backups = await ListAsync();
        Assert.True(backups.Count > Rounds, $"{backups.Count} backups");
        Assert.Equal((await Streams.RecordsAsync(table)).Count, backups.Where(backup => backup.Type == BackupType.Incremental).Sum(backup => backup.ItemCount));
        Assert.Equal(Rounds, marks.Select(mark => mark.Digest).Distinct().Count());
        foreach (var (at, digest) in marks)
        {
            var target = DynaliteFixture.NewName("restored");
            var result = await RestoreAsync(RestoreOf(backups[0], target, Streams.Endpoint), at);
            Assert.Equal((digest, true, at.UtcDateTime), (result.ContentDigest, result.Verified, result.PointInTimeUtc));
            Assert.Equal(digest, await IndependentDigest.OfTableAsync(Dynalite.Client, target, Cancellation));
        }
    }

    private static async Task ReachAsync(RandomWriter writer, long writes)
    {
        while (writer.Writes < writes)
            await Task.Delay(10, Cancellation);
    }
}
