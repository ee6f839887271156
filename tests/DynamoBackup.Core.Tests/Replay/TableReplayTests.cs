using CsCheck;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Differences;
using DynamoBackup.Replay;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>Whatever was written, and however it was cut into backups and files: a replay brings back what the writer remembers, and says so where it cannot.</summary>
public sealed class TableReplayTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CollectedOutput _output = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Gen<(int Seed, int Keys, int Before, int[] Cuts, int LinesPerFile)> Cases =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 60], Gen.Int[0, 80], Gen.Int[0, 90].Array[1, 5], Gen.Int[1, 30]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Any_second_is_what_the_writer_remembers() => Cases.SampleAsync(
        async (seed, keys, before, cuts, linesPerFile) =>
        {
            var random = new Random(seed);
            var (sample, writer, start) = await ArrangeAsync(seed, keys, before, cuts, linesPerFile);
            for (var look = 0; look < 4; look++)
            {
                var second = random.NextInt64(writer.Changes.Count == 0 ? writer.Second : writer.Changes[0].Second - 1, writer.Second + 2);
                var excludeTtl = random.Next(2) == 0;
                var expected = writer.At(start, second, excludeTtl).Values;
                var (target, counts) = await ReplayAsync(sample.Input(second, excludeTtl, knowsKey: random.Next(2) == 0));
                Assert.Equal(expected.Order(StringComparer.Ordinal), target.Items.Order(StringComparer.Ordinal));
                Assert.Equal((start.Count, expected.Count, writer.Changes.Count), (counts.BaseItems, counts.Items, counts.Changes));
                Assert.Equal(writer.Changes.Count(change => change.Second > second), counts.Late);
                Assert.Equal(excludeTtl ? writer.Changes.Count(change => change.IsTtlDelete && change.Second <= second) : 0, counts.Expired);
            }
        },
        iter: 60, threads: 1);

    [Fact]
    public async Task The_digest_is_that_of_the_items_and_nothing_temporary_is_left()
    {
        var (sample, writer, start) = await ArrangeAsync(7, 40, 60, [50, 70, 0, 30], 11);
        var second = writer.Changes[90].Second;
        using (var folder = WorkingFolder.Open(_folder.Path, _output))
        {
            var digest = await TableReplay.DigestAsync(sample.Input(second), folder, _output, Cancellation);
            Assert.Equal(SegmentSample.Measure(writer.At(start, second).Values).Digest, digest);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task The_same_backups_make_the_same_groups()
    {
        var (sample, _, _) = await ArrangeAsync(3, 300, 200, [200, 300], 13);
        var (once, _) = await ReplayAsync(sample.Input(null));
        var (again, _) = await ReplayAsync(sample.Input(null));
        Assert.True(once.Groups.Count > 8);
        Assert.Equal(once.Groups, again.Groups);
    }

    [Fact]
    public async Task The_table_of_keys_grows_as_far_as_it_must()
    {
        var (sample, writer, start) = await ArrangeAsync(5, 30_000, 10, [9_000], 2_000);
        Assert.True(writer.Items.Count > 4_000);
        // The manifest is what the table is laid out by at first; here it says less than there is.
        using var folder = WorkingFolder.Open(_folder.Path, _output);
        using var winners = new WinnerTable(folder, 1);
        var reading = new ChangeReading(sample.Input(null), ChainSample.Key, winners, new ProgressMeter(_output, "Orders", "", null, null));
        await reading.RunAsync(Cancellation);
        Assert.Equal(writer.Changes.Select(change => change.Key).Distinct().Count(), winners.Count);
        Assert.Equal(winners.CountPuts().Values.Sum(), writer.Items.Count(item => writer.Changes.Exists(change => change.Key == item.Key)));
        Assert.NotEmpty(start);
    }

    [Fact]
    public async Task Exports_by_AWS_are_replayed_whole_in_both_views()
    {
        foreach (var oldImages in new[] { true, false })
        {
            var writer = new ModelWriter(11, 30);
            writer.Write(60);
            var start = new Dictionary<string, string>(writer.Items);
            writer.Changes.Clear();
            var sample = await ChainSample.CreateAsync(start.Values, Cancellation);
            for (var export = 0; export < 3; export++)
            {
                var first = writer.Changes.Count;
                writer.Write(50);
                // One final state of each item: what the export leaves out happened in between.
                var last = writer.Changes.Skip(first).GroupBy(change => change.Key).Select(changes => changes.Last()).Reverse();
                await sample.AddAsync([.. last.Select(change => change.AwsLine(oldImages))], [], Cancellation, isExport: true);
            }

            var (target, counts) = await ReplayAsync(sample.Input(0, knowsKey: oldImages));
            Assert.Equal(writer.Items.Values.Order(StringComparer.Ordinal), target.Items.Order(StringComparer.Ordinal));
            Assert.Equal(0, counts.Late);
        }
    }

    [Fact]
    public async Task An_export_by_AWS_with_two_changes_of_one_item_is_damaged()
    {
        var sample = await ChainSample.CreateAsync([], Cancellation);
        await sample.AddAsync([Line("a", 1, null), Line("b", 1, null), Line("a", 2, null)], [], Cancellation, linesPerFile: 1, isExport: true);
        await FailAsync(sample, BackupErrorCode.BackupDamaged, "another change of the same item");
    }

    [Fact]
    public async Task A_change_that_is_there_twice_is_damage()
    {
        var sample = await ChainSample.CreateAsync([], Cancellation);
        await sample.AddAsync([Line("a", 1, "5"), Line("a", 2, "5")], [new() { Id = "s" }], Cancellation);
        await FailAsync(sample, BackupErrorCode.BackupDamaged, "the same change twice");
    }

    [Theory]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"a"}}}""", BackupErrorCode.BackupDamaged, "no sequence number")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"other"}},"Keys":{"pk":{"S":"a"}}}""", BackupErrorCode.BackupDamaged, "does not name")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"s"}},"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"b"}}}""", BackupErrorCode.BackupDamaged, "another key")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"s"}},"Keys":{"pk":{"S":"a"}},"NewImage":{"v":{"S":"b"}}}""", BackupErrorCode.BackupDamaged, "another key")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"s"}},"Keys":{"id":{"S":"a"}}}""", BackupErrorCode.KeySchemaMismatch, "lacks the key attribute pk")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"s"}},"Keys":{"pk":{"N":"1"}}}""", BackupErrorCode.KeySchemaMismatch, "another type")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"},"SequenceNumber":{"S":"1"},"ShardId":{"S":"s"}},"Keys":{"pk":{"S":"a"},"sk":{"S":"b"}}}""", BackupErrorCode.KeySchemaMismatch, "not the key's attributes")]
    public async Task A_line_that_does_not_fit_is_refused_with_its_place(string line, BackupErrorCode code, string expected)
    {
        var sample = await ChainSample.CreateAsync([Item("a", 0)], Cancellation);
        await sample.AddAsync([Line("a", 1, "5"), line], [new() { Id = "s" }], Cancellation);
        var error = await FailAsync(sample, code, expected);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(sample.Increments[0].Files[0].Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_that_descend_from_one_another_are_refused()
    {
        var sample = await ChainSample.CreateAsync([], Cancellation);
        await sample.AddAsync([Line("a", 1, "5")], [new() { Id = "s", ParentId = "t" }, new() { Id = "t", ParentId = "s" }], Cancellation);
        await FailAsync(sample, BackupErrorCode.BackupDamaged, "in a circle");
    }

    [Fact]
    public async Task Damage_anywhere_in_an_increment_ends_the_replay_before_anything_is_passed_on()
    {
        for (var damaged = 0; damaged < 6; damaged++)
        {
            var (sample, _, _) = await ArrangeAsync(9, 20, 20, [40, 40], 15);
            sample.Damage(sample.Increments[damaged / 3], damaged % 3);
            var target = await FailedTargetAsync(sample, BackupErrorCode.BackupDamaged, sample.Increments[damaged / 3].Info.Id);
            Assert.Empty(target.Groups);
        }
    }

    [Fact]
    public async Task A_damaged_base_ends_the_replay()
    {
        var (sample, _, _) = await ArrangeAsync(9, 40, 60, [40], 15);
        sample.Damage(sample.Base, 1);
        await FailedTargetAsync(sample, BackupErrorCode.BackupDamaged, sample.Base.Info.Id);
    }

    [Fact]
    public async Task A_missing_file_and_a_whole_that_does_not_add_up_are_damage()
    {
        var (sample, _, _) = await ArrangeAsync(9, 20, 20, [40], 15);
        sample.Store.Remove(sample.Increments[0].Files[1].Key);
        await FailAsync(sample, BackupErrorCode.BackupDamaged, "it is missing");

        var (other, _, _) = await ArrangeAsync(9, 20, 20, [40], 15);
        var input = other.Input(null);
        var wrong = input with { Increments = [input.Increments[0] with { Info = input.Increments[0].Info with { ItemCount = 41 } }] };
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ReplayAsync(wrong));
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
    }

    private static string Item(string key, int version) => $$$"""{"pk":{"S":"{{{key}}}"},"version":{"N":"{{{version}}}"}}""";

    private static string Line(string key, int version, string? sequence)
    {
        var change = new ModelChange(key, Item(key, version), null, 1, "s", sequence ?? "", false);
        return sequence is null ? change.AwsLine(true) : change.Line();
    }

    private async Task<(ChainSample Sample, ModelWriter Writer, Dictionary<string, string> Start)> ArrangeAsync(int seed, int keys, int before, int[] cuts, int linesPerFile)
    {
        var random = new Random(seed);
        var writer = new ModelWriter(seed, keys);
        writer.Write(before, splits: false);
        var start = new Dictionary<string, string>(writer.Items);
        writer.Changes.Clear();
        writer.Wait(1);
        var sample = await ChainSample.CreateAsync(start.Values, Cancellation);
        foreach (var cut in cuts)
        {
            var first = writer.Changes.Count;
            writer.Write(cut);
            var lines = writer.Changes.Skip(first).Select(change => change.Line(random.Next(2) == 0)).ToArray();
            random.Shuffle(lines);
            await sample.AddAsync(lines, writer.Shards, Cancellation, linesPerFile);
        }

        return (sample, writer, start);
    }

    private async Task<(CollectingTarget Target, ReplayCounts Counts)> ReplayAsync(ReplayInput input)
    {
        using var folder = WorkingFolder.Open(_folder.Path, _output);
        var target = new CollectingTarget();
        return (target, await TableReplay.RunAsync(input, target, folder, _output, Cancellation));
    }

    private async Task<DynamoBackupException> FailAsync(ChainSample sample, BackupErrorCode code, string expected)
    {
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ReplayAsync(sample.Input(null)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(code, error.Code);
        return error;
    }

    private async Task<CollectingTarget> FailedTargetAsync(ChainSample sample, BackupErrorCode code, string expected)
    {
        using var folder = WorkingFolder.Open(_folder.Path, _output);
        var target = new CollectingTarget();
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => TableReplay.RunAsync(sample.Input(null), target, folder, _output, Cancellation));
        Assert.Equal(code, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        return target;
    }
}
