using System.Text;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A full backup and increments in memory, as their manifests describe them.</summary>
internal sealed class ChainSample
{
    public static readonly IReadOnlyList<KeyAttribute> Key = [new("pk", "S")];

    private const string Arn = "arn:aws:dynamodb:eu-north-1:123456789012:table/Orders";
    private readonly List<OpenedBackup> _increments = [];

    public MemoryStore Store { get; } = new();

    public OpenedBackup Base { get; private set; } = null!;

    public IReadOnlyList<OpenedBackup> Increments => _increments;

    public ReplayInput Input(long? second, bool excludeTtl = false, bool knowsKey = true) =>
        new(Base, _increments, second is { } at ? DateTime.UnixEpoch.AddSeconds(at) : null) { Key = knowsKey ? Key : null, ExcludeTtlDelete = excludeTtl };

    /// <summary>Makes the full backup.</summary>
    public static async Task<ChainSample> CreateAsync(IEnumerable<string> items, CancellationToken cancellationToken, int itemsPerFile = 10)
    {
        var sample = new ChainSample();
        var files = new List<SealedFile>();
        foreach (var chunk in items.Chunk(itemsPerFile))
            files.AddRange(await SegmentSample.WriteAsync(sample.Store, chunk, BackupCompression.Gzip, 1 << 30, cancellationToken));
        sample.Base = sample.Describe("01700000000000-0a1b2c3d", SegmentSample.Folder, BackupType.Full, files, null);
        return sample;
    }

    /// <summary>Adds an increment: its lines in the order given, so many to a file.</summary>
    public async Task<OpenedBackup> AddAsync(IReadOnlyList<string> lines, IReadOnlyList<SidecarShard> shards, CancellationToken cancellationToken, int linesPerFile = 20, bool isExport = false)
    {
        var id = $"01700000000{_increments.Count + 1:D3}-0a1b2c3d";
        var folder = $"Orders/AWSDynamoDB/{id}";
        var files = new List<SealedFile>();
        foreach (var chunk in lines.Chunk(linesPerFile))
        {
            await using var writer = new ChangeFileWriter(StoreUse.GroupOf(Store), folder, BackupCompression.Gzip, 1 << 30);
            await writer.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(chunk.Select(line => line + "\n"))), cancellationToken);
            files.AddRange(await writer.CloseAsync(cancellationToken));
        }

        var half = shards.Count / 2;
        var sidecar = isExport ? null : new Sidecar { BackupId = id, Type = Sidecar.IncrementalType, Stream = new SidecarStream { From = [.. shards.Take(half)], To = [.. shards.Skip(half / 2)] } };
        _increments.Add(Describe(id, folder, BackupType.Incremental, files, sidecar));
        return _increments[^1];
    }

    /// <summary>Changes the bytes of one of an increment's files.</summary>
    public void Damage(OpenedBackup backup, int file) => Store[backup.Files[file].Key][^9] ^= 1;

    private OpenedBackup Describe(string id, string folder, BackupType type, IReadOnlyList<SealedFile> files, Sidecar? sidecar)
    {
        var digest = new ContentDigest();
        foreach (var file in files)
            digest.Add(file.Digest!);
        var info = new BackupInfo
        {
            TableName = "Orders",
            TableArn = Arn,
            Id = id,
            Type = type,
            Location = Store.Location,
            Path = folder,
            ItemCount = digest.Count,
            ContentDigest = sidecar is null && type == BackupType.Incremental ? null : digest.ToString(),
        };
        return new OpenedBackup(Store, info, [.. files.Select(file => Known(folder, file, isExport: sidecar is null && type == BackupType.Incremental))], sidecar);
    }

    private static DataFile Known(string folder, SealedFile file, bool isExport)
    {
        var known = SegmentSample.Known(file) with { Key = StoreKey.Join(folder, file.Name) };
        return isExport ? known with { Sha256 = null, StoredBytes = null, RawBytes = null, Digest = null } : known;
    }
}
