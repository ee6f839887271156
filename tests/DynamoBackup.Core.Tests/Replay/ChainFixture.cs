using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>
/// What tests of restores to an instant share: a full backup of a real table, made by a run, and incremental ones of changes that no one made, sealed as a capture seals them; beside them the record
/// of the writer that made the changes up.
/// </summary>
public abstract class ChainFixture(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private readonly Dictionary<string, string> _start = new(StringComparer.Ordinal);
    private readonly List<BackupInfo> _increments = [];
    private ModelWriter? _writer;

    protected BackupInfo Base { get; private set; } = null!;

    protected IReadOnlyList<BackupInfo> Increments => _increments;

    internal ModelWriter Writer => _writer!;

    /// <summary>The table that was backed up.</summary>
    protected string Table => Base.TableName;

    /// <summary>The second of the nth change.</summary>
    internal long SecondOf(int change) => Writer.Changes[change].Second;

    protected static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);

    /// <summary>The digest of the table at a second, by the writer's record.</summary>
    protected string DigestAt(long second, bool excludeTtl = false) => SegmentSample.Measure(Writer.At(_start, second, excludeTtl).Values).Digest.ToString();

    /// <summary>The number of items at a second, by the writer's record.</summary>
    protected long CountAt(long second) => Writer.At(_start, second).Count;

    /// <summary>Makes a chain: a base of some items, and an increment for each number of changes.</summary>
    protected async Task ArrangeAsync(int seed, int keys, int before, params int[] increments)
    {
        var first = new ModelWriter(seed, keys);
        first.Write(before, splits: false);
        foreach (var (key, item) in first.Items)
            _start.Add(key, item);
        Base = await BackUpAsync(await Dynalite.NewTableAsync(_start.Values.Select(Parse), TableShape.HashOnly));
        _writer = new ModelWriter(seed + 1, keys, new DateTimeOffset(Base.CompletedUtc!.Value).ToUnixTimeSeconds() + 10, _start);
        foreach (var changes in increments)
            await AddIncrementAsync(changes, Store);
    }

    /// <summary>Adds an increment behind the last one.</summary>
    protected async Task<BackupInfo> AddIncrementAsync(int changes, string place)
    {
        var (from, shards) = (_increments.Count > 0 ? _increments[^1].ToUtc!.Value : Floor(Base.StartedUtc), Writer.Shards);
        var first = Writer.Changes.Count;
        Writer.Write(changes);
        var lines = Writer.Changes.Skip(first).Select(change => change.Line()).ToArray();
        new Random(changes).Shuffle(lines);
        await AddIncrementAsync(lines, place, from, shards);
        Writer.Wait(1);
        return _increments[^1];
    }

    /// <summary>Adds an increment of lines, up to the second that the writer has come to.</summary>
    internal async Task AddIncrementAsync(IEnumerable<string> lines, string place, DateTime from, IReadOnlyList<SidecarShard> shards)
    {
        using var store = StoreLocation.Open(place, new StoreOptions(), Output);
        await store.PrepareAsync(Cancellation);
        // No change may come in a second that an increment before it has brought to its end.
        var id = BackupId.Create(At(Writer.Second));
        var folder = BackupLayout.FolderOf(Table, id);
        await BackupSealer.StartAsync(store, folder, Cancellation);
        await using var writer = new ChangeFileWriter(StoreUse.GroupOf(store), folder, BackupCompression.Gzip, 1);
        foreach (var chunk in lines.Chunk(40))
            await writer.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(chunk.Select(line => line + "\n"))), Cancellation);
        await BackupSealer.SealAsync(store, folder, Draft(id, from, shards), await writer.CloseAsync(Cancellation), null, Cancellation);
        _increments.Add((await BackupReader.ReadAsync(store, folder, Cancellation))!.Info);
    }

    /// <summary>Opens a restore of a state of the table.</summary>
    protected async Task<PointInTimeRun> OpenAsync(RestoreRequest request, DateTimeOffset? at, BackupInfo? backup = null, bool excludeTtl = false, string[]? sources = null) =>
        await PointInTimeRun.OpenAsync(
            new PointInTimeRequest { Restore = request, Backup = backup, Known = await KnownAsync(sources), PointInTime = at, ExcludeTtlDelete = excludeTtl }, Output, Cancellation);

    /// <summary>Restores a state of the table.</summary>
    protected async Task<TableRestore> RestoreAsync(RestoreRequest request, DateTimeOffset? at, BackupInfo? backup = null, bool excludeTtl = false)
    {
        using var run = await OpenAsync(request, at, backup, excludeTtl);
        if (DifferentialRestoreRun.IsFor(request.Mode))
        {
            using var compared = await run.CompareAsync(request.Where, Output, Cancellation);
            return run.Describe(await compared.ApplyAsync(Output, Cancellation));
        }

        return await run.RunAsync(await run.PlanAsync(request.Where, Output, Cancellation), request.Where, Output, Cancellation);
    }

    protected Task<IReadOnlyList<BackupInfo>> KnownAsync(string[]? sources = null) =>
        CatalogRun.RunAsync(new BackupQuery { Sources = sources ?? [Store], TableFilter = (_, arn) => arn == Base.TableArn }, Output, Cancellation);

    /// <summary>Changes a byte of the first data file of a backup.</summary>
    protected void Damage(BackupInfo backup)
    {
        var file = FilesOf(backup, "*.json.gz").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(file);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    protected void AssertNothingTemporaryIsLeft() => Assert.Empty(Directory.Exists(WorkingDirectory) ? Leavings.In(WorkingDirectory) : []);

    private static DateTime Floor(DateTime instant) => new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    private static Dictionary<string, AttributeValue> Parse(string item) =>
        JsonDocument.Parse(item).RootElement.EnumerateObject().ToDictionary(
            attribute => attribute.Name,
            attribute => attribute.Value.TryGetProperty("N", out var number) ? Attr.N(number.GetString()!) : Attr.S(attribute.Value.GetProperty("S").GetString()!));

    private Sidecar Draft(string id, DateTime from, IReadOnlyList<SidecarShard> shards) => new()
    {
        BackupId = id,
        Type = Sidecar.IncrementalType,
        TableArn = Base.TableArn,
        StartedUtc = ManifestJson.Format(from),
        CompletedUtc = ManifestJson.Format(At(Writer.Second)),
        ParentId = _increments.Count > 0 ? _increments[^1].Id : Base.Id,
        FromUtc = ManifestJson.Format(from),
        ToUtc = ManifestJson.Format(At(Writer.Second)),
        Stream = new SidecarStream
        {
            Arn = string.Create(CultureInfo.InvariantCulture, $"{Base.TableArn}/stream/2026-01-01T00:00:00.000"),
            ViewType = "NEW_AND_OLD_IMAGES",
            From = shards,
            To = Writer.Shards,
        },
    };
}
