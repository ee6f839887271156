using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Segments;

/// <summary>Changes for tests of incremental data files.</summary>
internal static class ChangeSample
{
    /// <summary>Changes of every kind, a microsecond apart; the same for the same numbers.</summary>
    public static List<string> Lines(int count, int first = 0, string shard = "shardId-00000001-0a") => [.. Enumerable.Range(first, count).Select(number =>
    {
        var (key, old, now) = ($$$"""{"Id":{"N":"{{{number}}}"}}""", Image(number, "old"), Image(number, "é\\\"new"));
        var images = (number % 4) switch { 0 => $",\"NewImage\":{now}", 1 => $",\"OldImage\":{old},\"NewImage\":{now}", 2 => $",\"OldImage\":{old}", _ => "" };
        var mark = number % 8 == 6 ? ",\"TtlDelete\":{\"BOOL\":true}" : "";
        return $$$"""{"Metadata":{"WriteTimestampMicros":{"N":"{{{1_700_000_000_000_000 + number}}}"},"SequenceNumber":{"S":"{{{1_000 + number}}}"},"ShardId":{"S":"{{{shard}}}"}{{{mark}}}},"Keys":{{{key}}}{{{images}}}}""";
    })];

    /// <summary>Lines as a batch.</summary>
    public static byte[] Batch(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    /// <summary>The digest of changes.</summary>
    public static ContentDigest Measure(IEnumerable<string> lines)
    {
        var (digest, change) = (new ContentDigest(), new CanonicalChange());
        foreach (var line in lines)
        {
            change.Read(Encoding.UTF8.GetBytes(line));
            digest.Add(change.Encoding);
        }

        return digest;
    }

    /// <summary>Writes changes into data files, some at a time.</summary>
    public static async Task<IReadOnlyList<SealedFile>> WriteAsync(
        IBackupStore store, IEnumerable<string> lines, CancellationToken cancellationToken, BackupCompression compression = BackupCompression.Gzip, long maxFileBytes = 1 << 30, string folder = SegmentSample.Folder)
    {
        await using var writer = new ChangeFileWriter(StoreUse.GroupOf(store), folder, compression, maxFileBytes);
        foreach (var chunk in lines.Chunk(25))
            await writer.WriteAsync(Batch(chunk), cancellationToken);
        return await writer.CloseAsync(cancellationToken);
    }

    private static string Image(int number, string text) => $$$"""{"Id":{"N":"{{{number}}}"},"Text":{"S":"{{{text}}}{{{new string('x', number % 50)}}}"}}""";
}
