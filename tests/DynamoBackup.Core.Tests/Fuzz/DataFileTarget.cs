using System.Text;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>A data file, compressed or not: as many items as are recorded, each equal to the reference, or an exception that says that it is damaged.</summary>
internal sealed class DataFileTarget : FuzzTarget
{
    private static readonly string[] Extensions = [".json.gz", ".json.zst", ".json"];
    private static readonly byte[] Raw = Encoding.UTF8.GetBytes(string.Concat(SegmentSample.Items(20).Select(item => $"{{\"Item\":{item}}}\n")));
    private readonly MemoryStore _store = new();
    private readonly CanonicalItem _item = new();

    public override IReadOnlyList<byte[]> Corpus { get; } = [Compress(BackupCompression.Gzip), Compress(BackupCompression.Zstd), Raw];

    /// <summary>A file of 64 KiB may hold a thousand times that; memory is the reader's buffers and its longest line all the same.</summary>
    public override long FixedAllocation => 128 << 20;

    public override bool Read(byte[] input, Random random)
    {
        // By its first bytes, as a damaged file keeps its name.
        var extension = input is [0x1f, 0x8b, ..] ? Extensions[0] : input is [0x28, 0xb5, ..] ? Extensions[1] : Extensions[2];
        var file = new DataFile { Name = $"data/a{extension}", Key = $"data/a{extension}", ItemCount = 20 };
        _store[file.Key] = input;
        try
        {
            return AreEqualItemsAsync(file).GetAwaiter().GetResult();
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.BackupDamaged)
        {
            return false;
        }
    }

    private async Task<bool> AreEqualItemsAsync(DataFile file)
    {
        var (count, all) = (0, true);
        await foreach (var item in ItemSource.ReadAsync(_store, file, CancellationToken.None))
        {
            count++;
            all &= ItemTarget.IsEqualItem(_item, item.Json);
        }

        return count == file.ItemCount ? all : throw new InvalidDataException($"{count} items were handed on as {file.ItemCount}.");
    }

    private static byte[] Compress(BackupCompression compression)
    {
        using var stored = new MemoryStream();
        using (var compressor = Codec.Compress(stored, compression))
            compressor.Write(Raw);
        return stored.ToArray();
    }
}
