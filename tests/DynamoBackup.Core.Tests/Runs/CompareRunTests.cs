using Amazon.DynamoDBv2.Model;
using CsCheck;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What differs between a backup and another one, or a table, is told item by item and attribute by attribute.</summary>
public sealed class CompareRunTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_item_that_differs_is_told_with_its_attributes(bool withBackup)
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(100)], TableShape.HashOnly);
        var before = await BackUpAsync(table);
        await DeleteAsync(table, [5, 6]);
        var changed = MixedItems.At(9);
        changed["status"] = Attr.S("CHANGED");
        changed.Remove("amount");
        changed["new \"name\""] = new() { M = new() { ["a"] = Attr.N("1") } };
        await Dynalite.Client.PutItemAsync(table, changed, Cancellation);
        await PutAsync(table, "extra", Attr.N("1"));
        var after = withBackup ? await BackUpAsync(table) : null;

        var (counts, found) = await CompareAsync(RequestFor(before, after));

        Assert.Equal((1L, 2L, 1L, before.ItemCount - 3, false), (counts.Added, counts.Removed, counts.Changed, counts.Same, counts.IsEqual));
        Assert.Equal(
            [
                "Added {\"pk\":{\"S\":\"extra\"}}",
                $"Changed {KeyJson(9)}: -amount, +new \"name\", ~status",
                $"Removed {KeyJson(5)}",
                $"Removed {KeyJson(6)}",
            ],
            found.Select(difference => difference.ToString()).Order(StringComparer.Ordinal));
        Assert.All(found, difference => Assert.Equal(table, difference.TableName));
        Assert.Equal((before.ContentDigest, before.Id, after?.Id ?? table), (counts.ReferenceDigest, counts.ReferenceId, counts.Difference));
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public Task The_counts_are_right_whatever_differs() => Gen.Select(Gen.Int[0, 4].Array[0, 80], Gen.Int[1, 30]).SampleAsync(
        async (states, perPartition) =>
        {
            var before = await BackUpAsync(await Dynalite.NewTableAsync(Items(states, 1, 3, 4), TableShape.HashOnly));
            var table = await Dynalite.NewTableAsync(
                Items(states, 2, 3).Concat(Items(states, 4).Select(item => new Dictionary<string, AttributeValue>(item) { ["changed"] = Attr.Bool(true) })), TableShape.HashOnly);
            var (counts, found) = await CompareAsync(RequestFor(before, null) with { TableName = table }, perPartition);
            Assert.Equal((Of(states, 2), Of(states, 1), Of(states, 4), Of(states, 3)), (counts.Added, counts.Removed, counts.Changed, counts.Same));
            Assert.Equal(counts.Added + counts.Removed + counts.Changed, found.Count);
            Assert.Equal(counts.IsEqual, counts.ReferenceDigest == counts.DifferenceDigest);
        },
        iter: 12, threads: 1);

    [Fact]
    public async Task Where_only_counts_are_asked_for_nothing_else_is_told()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(30), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, [1, 2, 3]);

        var (counts, found) = await CompareAsync(RequestFor(backup, null) with { CountsOnly = true });

        Assert.Equal((0L, 3L, 0L, 27L), (counts.Added, counts.Removed, counts.Changed, counts.Same));
        Assert.Empty(found);
    }

    [Fact]
    public async Task The_comparison_waits_for_whoever_takes_the_differences()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(600), TableShape.HashOnly));
        var empty = await Dynalite.NewTableAsync([], TableShape.HashOnly);
        var (underWay, most, blocks) = (0, 0, 0);

        await CompareRun.RunAsync(RequestFor(backup, null) with { TableName = empty }, new ComparisonLimits(10), async found =>
        {
            blocks++;
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            Assert.InRange(found.Count, 1, 256);
            await Task.Delay(20, Cancellation);
            Interlocked.Decrement(ref underWay);
        }, Output, Cancellation);

        Assert.Equal((3, 1), (blocks, most));
    }

    [Fact]
    public async Task A_damaged_backup_is_not_compared()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        var file = FilesOf(backup, "*.json.gz")[1];
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => CompareAsync(RequestFor(backup, null)));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task Tables_with_other_keys_are_not_compared()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(3), TableShape.HashOnly));
        var other = await Dynalite.NewTableAsync([], TableShape.HashAndRange);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => CompareAsync(RequestFor(backup, null) with { TableName = other }));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
    }

    private CompareRequest RequestFor(BackupInfo reference, BackupInfo? difference) =>
        new() { Reference = reference, Difference = difference, Connection = Dynalite.Connection, WorkingDirectory = Work };

    private async Task<(BackupComparison Counts, List<ItemDifference> Found)> CompareAsync(CompareRequest request, int perPartition = 7)
    {
        var found = new List<ItemDifference>();
        var counts = await CompareRun.RunAsync(request, new ComparisonLimits(perPartition), differences =>
        {
            found.AddRange(differences);
            return Task.CompletedTask;
        }, Output, Cancellation);
        return (counts, found);
    }

    private static string KeyJson(int index) => $"{{\"pk\":{{\"S\":\"{MixedItems.KeyAt(index)}\"}}}}";

    private static IEnumerable<Dictionary<string, AttributeValue>> Items(int[] states, params int[] wanted) =>
        states.Select((state, index) => (state, index)).Where(entry => wanted.Contains(entry.state)).Select(entry => MixedItems.At(entry.index));

    private static long Of(int[] states, int wanted) => states.LongCount(state => state == wanted);
}
