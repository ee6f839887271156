using System.IO.Compression;
using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;
using ZstdSharp;

namespace DynamoBackup.Core.Tests.Segments;

/// <summary>Items and pages for tests of data files.</summary>
internal static class SegmentSample
{
    public const string Folder = "Orders/AWSDynamoDB/01700000000000-0a1b2c3d";

    /// <summary>Items that differ in length and characters; the same for the same numbers.</summary>
    public static List<string> Items(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(number =>
        $$$"""{"Id":{"N":"{{{number}}}"},"Name":{"S":"é\"{{{new string('x', number * 7 % 90)}}}\\n"},"Hash":{"S":"{{{number * 2654435761L:x}}}"}}""")];

    /// <summary>A page of a scan with these items in it.</summary>
    public static (byte[] Page, List<JsonSlice> Slices) Page(IReadOnlyCollection<string> items)
    {
        var page = Encoding.UTF8.GetBytes($$"""{"Count":{{items.Count}},"Items":[{{string.Join(", ", items)}}],"ScannedCount":{{items.Count}}}""");
        var slices = new List<JsonSlice>();
        JsonSlicer.SliceElements(page, JsonArrayFinder.Find(page, ["Items"]), slices);
        return (page, slices);
    }

    /// <summary>Writes items into data files, a page at a time.</summary>
    public static async Task<IReadOnlyList<SealedFile>> WriteAsync(
        IBackupStore store, IEnumerable<string> items, BackupCompression compression, long maxFileBytes, CancellationToken cancellationToken, int pageSize = 25, bool noContentDigest = false)
    {
        await using var writer = new SegmentWriter(StoreUse.GroupOf(store), Folder, compression, maxFileBytes) { NoContentDigest = noContentDigest };
        foreach (var chunk in items.Chunk(pageSize))
        {
            var (page, slices) = Page(chunk);
            await writer.WriteAsync(page, slices, cancellationToken);
        }

        return await writer.CloseAsync(cancellationToken);
    }

    /// <summary>A file as a reader knows it from the manifests of a sound backup.</summary>
    public static DataFile Known(SealedFile file) => file.ToDataFile(Folder);

    /// <summary>The lines of a stored file, by what its name says of its compression.</summary>
    public static byte[] Decompress(byte[] stored, string name)
    {
        using var source = new MemoryStream(stored);
        using Stream raw = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(source, CompressionMode.Decompress)
            : name.EndsWith(".zst", StringComparison.Ordinal) ? new DecompressionStream(source) : source;
        using var all = new MemoryStream();
        raw.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>The content digest of items, and their size.</summary>
    public static (ContentDigest Digest, long ItemBytes) Measure(IEnumerable<string> items)
    {
        var (digest, item, bytes) = (new ContentDigest(), new CanonicalItem(), 0L);
        foreach (var json in items)
        {
            item.Read(Encoding.UTF8.GetBytes(json));
            digest.Add(item.Encoding);
            bytes += item.ItemBytes;
        }

        return (digest, bytes);
    }
}
