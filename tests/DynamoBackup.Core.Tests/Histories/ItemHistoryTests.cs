using System.Text;
using DynamoBackup.Core.Tests.Replay;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Items;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>What full and incremental backups tell of one item becomes one history of it.</summary>
public sealed class ItemHistoryTests : IDisposable
{
    private const long Start = 1_700_000_000;
    private const string One = """{"pk":{"S":"a"},"v":{"N":"1"}}""";
    private const string Two = """{"pk":{"S":"a"},"v":{"N":"2"}}""";
    private static readonly SidecarShard[] Shards = [new() { Id = "shard-0" }, new() { Id = "shard-1", ParentId = "shard-0" }];
    private readonly KeySet _keys = new([new ItemKey("""{"pk":{"S":"a"}}""")], ChainSample.Key);

    private readonly VersionBodies _bodies = new(null, new CollectedOutput());

    public void Dispose() => _bodies.Dispose();

    [Fact]
    public async Task Changes_of_several_increments_come_in_order_and_once()
    {
        var sample = await ChainSample.CreateAsync([], Cancel);
        await sample.AddAsync([Line(One, 1, "30"), Line(null, 3, "32"), Line(Two, 2, "31"), Other()], Shards, Cancel);
        await sample.AddAsync([Line(null, 3, "32"), Line(One, 4, "33"), Line(null, 5, "34", isTtl: true)], Shards, Cancel);
        var versions = await HistoryAsync(sample, Full(sample.Base.Info, 0, 0));
        Assert.Equal(["Put 1 30", "Update 2 31", "Delete 3 32", "Put 4 33", "TtlDelete 5 34"], versions.Select(Text));
        Assert.Equal(sample.Increments[0].Info.Id, versions[2].Backup.Id);
        Assert.Equal(Two, Encoding.UTF8.GetString(_bodies.Read(versions[1].Json!)));
    }

    [Fact]
    public async Task A_shard_that_split_comes_before_what_it_split_into_in_one_second()
    {
        var sample = await ChainSample.CreateAsync([], Cancel);
        await sample.AddAsync([Line(Two, 1, "7", shard: "shard-1"), Line(One, 1, "90")], [.. Shards, .. Shards], Cancel);
        Assert.Equal(["Put 1 90", "Update 1 7"], (await HistoryAsync(sample, Full(sample.Base.Info, 0, 0))).Select(Text));
    }

    [Fact]
    public async Task Shards_of_which_no_backup_knows_the_whole_lineage_are_in_order_within_one_second()
    {
        var sample = await ChainSample.CreateAsync([], Cancel);
        SidecarShard[] longer = [new() { Id = "shard-a" }, new() { Id = "shard-b", ParentId = "shard-a" }, new() { Id = "shard-0", ParentId = "shard-b" }];
        await sample.AddAsync([Line(One, 1, "90")], [.. longer, .. longer], Cancel);
        await sample.AddAsync([Line(Two, 1, "7", shard: "shard-1")], [.. Shards, .. Shards], Cancel);
        Assert.Equal(["Put 1 90", "Update 1 7"], (await HistoryAsync(sample, Full(sample.Base.Info, 0, 0))).Select(Text));
    }

    [Fact]
    public async Task An_export_by_AWS_adds_nothing_to_a_change_that_is_known()
    {
        var sample = await ChainSample.CreateAsync([], Cancel);
        await sample.AddAsync([Line(One, 1, "30")], Shards, Cancel);
        await sample.AddAsync([Change(One, 1, "").AwsLine(false)], [], Cancel, isExport: true);
        await sample.AddAsync([Change(Two, 2, "").AwsLine(false)], [], Cancel, isExport: true);
        Assert.Equal(["Put 1 30", "Update 2 "], (await HistoryAsync(sample, Full(sample.Base.Info, 0, 0))).Select(Text));
    }

    [Theory]
    [InlineData(One, "Present 5 ")]
    [InlineData(null, "")]
    public async Task The_first_full_backup_tells_what_there_was(string? item, string expected)
    {
        var sample = await ChainSample.CreateAsync(item is null ? [] : [item], Cancel);
        Assert.Equal(expected, string.Join(", ", (await HistoryAsync(sample, Full(sample.Base.Info, 5, 5))).Select(Text)));
    }

    [Theory]
    [InlineData(One, 5, 9, "Present 7 , Update 7 30")]
    [InlineData(Two, 5, 9, "Put 7 30")]
    [InlineData(Two, 8, 9, "Put 7 30")]
    [InlineData(One, 8, 9, "Put 7 30, Present 9 ")]
    [InlineData(null, 8, 9, "Put 7 30, Absent 9 ")]
    [InlineData(null, 5, 9, "Put 7 30")]
    public async Task A_full_backup_tells_only_what_no_change_in_its_time_does(string? item, int from, int to, string expected)
    {
        var sample = await ChainSample.CreateAsync(item is null ? [] : [item], Cancel);
        await sample.AddAsync([Line(Two, 7, "30")], Shards, Cancel);
        Assert.Equal(expected, string.Join(", ", (await HistoryAsync(sample, Full(sample.Base.Info, from, to))).Select(Text)));
    }

    [Fact]
    public async Task A_damaged_increment_gives_nothing_and_is_named()
    {
        var sample = await ChainSample.CreateAsync([One], Cancel);
        var increment = await sample.AddAsync([Line(Two, 7, "30")], Shards, Cancel);
        sample.Damage(increment, 0);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ReadAsync(increment));
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Contains(increment.Info.Id, error.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<IReadOnlyList<StoredVersion>> HistoryAsync(ChainSample sample, BackupInfo full)
    {
        var history = new ItemHistory(_keys.All.Single());
        history.Add(full, (await ReadAsync(sample.Base with { Info = full })));
        foreach (var increment in sample.Increments)
            history.Add(increment.Info, await ReadAsync(increment));
        return history.Versions();
    }

    private Task<IReadOnlyList<StoredVersion>> ReadAsync(OpenedBackup backup) =>
        new VersionReading(backup, _keys, _bodies, new ProgressMeter(new CollectedOutput(), "Orders", "Reading", null, null)).RunAsync(Cancel);

    private static BackupInfo Full(BackupInfo info, int from, int to) => info with { FromUtc = At(from), ToUtc = At(to) };

    private static DateTime At(int second) => DateTime.UnixEpoch.AddSeconds(Start + second);

    private static ModelChange Change(string? item, int second, string sequence, bool isTtl = false, string shard = "shard-0") => new("a", item, null, Start + second, shard, sequence, isTtl);

    private static string Line(string? item, int second, string sequence, bool isTtl = false, string shard = "shard-0") => Change(item, second, sequence, isTtl, shard).Line();

    private static string Other() => (Change("""{"pk":{"S":"b"}}""", 1, "35") with { Key = "b" }).Line();

    private static string Text(StoredVersion version) => $"{version.Change} {(version.TimeUtc - At(0)).TotalSeconds} {version.Place?.Number.ToString()}";
}
