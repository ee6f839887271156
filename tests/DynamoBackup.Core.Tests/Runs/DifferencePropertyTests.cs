using Amazon.DynamoDBv2.Model;
using CsCheck;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Whatever the backup and the table hold: after Replace the table is the backup, after Supplement it is both, the table first.</summary>
public sealed class DifferencePropertyTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    private enum State
    {
        InNeither,
        InBackup,
        InTable,
        Same,
        Different,
    }

    private static readonly Gen<(State[] States, int PerPartition, int PerRange)> Cases = Gen.Select(Gen.Enum<State>().Array[0, 80], Gen.Int[1, 40], Gen.Int[1, 40]);

    [Fact]
    public Task Replace_makes_any_table_any_backup() => Cases.SampleAsync(
        async (states, perPartition, perRange) =>
        {
            var (backup, table) = await ArrangeAsync(states);
            var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace), new ComparisonLimits(perPartition, perRange));
            Assert.Equal(
                (Of(states, State.InBackup, State.Different), Of(states, State.InTable), Of(states, State.Same), 0L, true),
                (result.Written, result.Deleted, result.Unchanged, result.Skipped, result.Verified));
            Assert.True((await VerifyAsync(backup, VerificationLevel.Live, table)).IsValid);
            AssertNothingTemporaryIsLeft();
        },
        iter: 12, threads: 1);

    [Fact]
    public Task Supplement_makes_any_table_the_union_with_any_backup() => Cases.SampleAsync(
        async (states, perPartition, perRange) =>
        {
            var (backup, table) = await ArrangeAsync(states);
            var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement), new ComparisonLimits(perPartition, perRange));
            Assert.Equal(
                (Of(states, State.InBackup), 0L, Of(states, State.Same), Of(states, State.Different), true),
                (result.Written, result.Deleted, result.Unchanged, result.Skipped, result.Verified));
            var expected = await BackUpAsync(await Dynalite.NewTableAsync(Items(states, State.InBackup, State.Same).Concat(TableItems(states)).DistinctBy(item => item["pk"].S), TableShape.HashOnly));
            Assert.True((await VerifyAsync(expected, VerificationLevel.Live, table)).IsValid);
        },
        iter: 12, threads: 1);

    private async Task<(BackupInfo Backup, string Table)> ArrangeAsync(State[] states)
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(Items(states, State.InBackup, State.Same, State.Different), TableShape.HashOnly));
        return (backup, await Dynalite.NewTableAsync(TableItems(states), TableShape.HashOnly));
    }

    private static IEnumerable<Dictionary<string, AttributeValue>> TableItems(State[] states) =>
        Items(states, State.InTable, State.Same).Concat(Items(states, State.Different).Select(item => new Dictionary<string, AttributeValue>(item) { ["changed"] = Attr.Bool(true) }));

    private static IEnumerable<Dictionary<string, AttributeValue>> Items(State[] states, params State[] wanted) =>
        states.Select((state, index) => (state, index)).Where(entry => wanted.Contains(entry.state)).Select(entry => MixedItems.At(entry.index));

    private static long Of(State[] states, params State[] wanted) => states.LongCount(state => wanted.Contains(state));
}
