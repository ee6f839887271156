using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Segments;

public sealed class SegmentWriterTests
{
    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BackupCompression.Gzip, ".json.gz")]
    [InlineData(BackupCompression.Zstd, ".json.zst")]
    [InlineData(BackupCompression.None, ".json")]
    public async Task Items_are_stored_as_lines_that_any_tool_decompresses_to_the_bytes_that_came_in(BackupCompression compression, string ending)
    {
        var items = SegmentSample.Items(2_000);
        var files = await SegmentSample.WriteAsync(_store, items, compression, 1 << 30, Cancellation);

        var file = Assert.Single(files);
        Assert.Matches($"^data/[a-z2-7]{{26}}\\{ending}$", file.Name);
        var raw = SegmentSample.Decompress(_store[StoreKey.Join(SegmentSample.Folder, file.Name)], file.Name);
        Assert.Equal(string.Concat(items.Select(item => $"{{\"Item\":{item}}}\n")), Encoding.UTF8.GetString(raw));
        Assert.Equal(raw.Length, file.RawBytes);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task What_is_recorded_of_a_file_agrees_with_its_bytes_and_items(BackupCompression compression)
    {
        var items = SegmentSample.Items(700);
        var file = Assert.Single(await SegmentSample.WriteAsync(_store, items, compression, 1 << 30, Cancellation));
        var stored = _store[StoreKey.Join(SegmentSample.Folder, file.Name)];
        Assert.Equal(stored.Length, file.StoredBytes);
        Assert.Equal(Convert.ToBase64String(MD5.HashData(stored)), file.Md5);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), file.Sha256);
        Assert.Equal(SegmentSample.Measure(items), (file.Digest!, file.ItemBytes!.Value));
        Assert.Equal(700, file.ItemCount);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task Files_roll_over_at_the_limit_and_no_item_is_lost_doubled_or_moved(BackupCompression compression)
    {
        const long Limit = 300_000;
        // What the writer gathers before it compresses, and a compressor before it writes, comes on top of the limit.
        const long Slack = 600_000;
        var items = Enumerable.Range(0, 1_500).Select(number => $$$"""{"Id":{"N":"{{{number}}}"},"Data":{"S":"{{{Noise(number)}}}"}}""").ToList();

        var files = await SegmentSample.WriteAsync(_store, items, compression, Limit, Cancellation);

        Assert.InRange(files.Count, 3, 20);
        Assert.All(files.SkipLast(1), file => Assert.InRange(file.StoredBytes, Limit, Limit + Slack));
        Assert.Equal(files.Count, files.Select(file => file.Name).Distinct().Count());
        Assert.Equal(files.Count, _store.Names.Count);
        var raw = string.Concat(files.Select(file => Encoding.UTF8.GetString(SegmentSample.Decompress(_store[StoreKey.Join(SegmentSample.Folder, file.Name)], file.Name))));
        Assert.Equal(string.Concat(items.Select(item => $"{{\"Item\":{item}}}\n")), raw);
        var sum = new ContentDigest();
        foreach (var file in files)
            sum.Add(file.Digest!);
        Assert.Equal(SegmentSample.Measure(items).Digest, sum);
    }

    [Fact]
    public async Task An_item_larger_than_the_writers_buffer_is_stored_like_any_other()
    {
        string[] items = ["{\"Id\":{\"N\":\"1\"}}", $$$"""{"Id":{"N":"2"},"Big":{"S":"{{{new string('b', 700_000)}}}"}}""", "{\"Id\":{\"N\":\"3\"}}"];
        var file = Assert.Single(await SegmentSample.WriteAsync(_store, items, BackupCompression.Gzip, 1 << 30, Cancellation));
        var raw = SegmentSample.Decompress(_store[StoreKey.Join(SegmentSample.Folder, file.Name)], file.Name);
        Assert.Equal(string.Concat(items.Select(item => $"{{\"Item\":{item}}}\n")), Encoding.UTF8.GetString(raw));
    }

    [Fact]
    public async Task A_segment_without_items_makes_no_file()
    {
        Assert.Empty(await SegmentSample.WriteAsync(_store, [], BackupCompression.Gzip, 1_000, Cancellation));
        await using var writer = new SegmentWriter(StoreUse.GroupOf(_store), SegmentSample.Folder, BackupCompression.Gzip, 1_000);
        await writer.WriteAsync("{\"Items\":[]}"u8.ToArray(), [], Cancellation);
        Assert.Empty(await writer.CloseAsync(Cancellation));
        Assert.Empty(_store.Names);
    }

    [Fact]
    public async Task A_writer_that_is_given_up_leaves_no_file_but_those_it_has_ended()
    {
        var (page, slices) = SegmentSample.Page(SegmentSample.Items(20));
        await using (var writer = new SegmentWriter(StoreUse.GroupOf(_store), SegmentSample.Folder, BackupCompression.None, 1_000))
            await writer.WriteAsync(page, slices, Cancellation);

        Assert.Empty(_store.Names);
    }

    [Fact]
    public async Task An_item_that_is_not_valid_stops_the_segment_and_says_so()
    {
        var (page, slices) = SegmentSample.Page([.. SegmentSample.Items(3), "{\"Id\":{\"X\":\"1\"}}"]);
        await using var writer = new SegmentWriter(StoreUse.GroupOf(_store), SegmentSample.Folder, BackupCompression.Gzip, 1_000);
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => writer.WriteAsync(page, slices, Cancellation));
        Assert.Equal(BackupErrorCode.InvalidItem, exception.Code);
        Assert.Contains("Unknown attribute type 'X'", exception.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidItemException>(exception.InnerException);
    }

    [Fact]
    public async Task Items_that_are_not_read_are_the_same_bytes_counted_and_hashed_without_digest_and_size()
    {
        var items = SegmentSample.Items(700);
        var read = Assert.Single(await SegmentSample.WriteAsync(_store, items, BackupCompression.None, 1 << 30, Cancellation));
        var unread = Assert.Single(await SegmentSample.WriteAsync(_store, items, BackupCompression.None, 1 << 30, Cancellation, noContentDigest: true));
        Assert.Equal(read with { Name = unread.Name, ItemBytes = null, WriteUnits = null, Digest = null }, unread);
    }

    [Theory]
    [InlineData('\n')]
    [InlineData('\r')]
    [InlineData('\t')]
    [InlineData('\0')]
    [InlineData('\x1F')]
    public async Task A_control_character_in_an_item_is_refused_wherever_it_stands_and_between_items_it_is_not(char control)
    {
        foreach (var unread in new[] { true, false })
        {
            await using var writer = new SegmentWriter(StoreUse.GroupOf(_store), SegmentSample.Folder, BackupCompression.Gzip, 1 << 30) { NoContentDigest = unread };
            var items = SegmentSample.Items(40);
            var (page, slices) = SegmentSample.Page(items);
            foreach (var slice in slices.SkipLast(1))
                page[slice.End] = page[slice.End + 1] = (byte)control;
            await writer.WriteAsync(page, slices, Cancellation);

            foreach (var place in slices.SelectMany(slice => new[] { slice.Start + 1, slice.Start + (slice.Length / 2), slice.End - 2 }))
            {
                var hostile = page.ToArray();
                hostile[place] = (byte)control;
                var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => writer.WriteAsync(hostile, slices, Cancellation));
                Assert.Equal(BackupErrorCode.InvalidItem, exception.Code);
                Assert.Contains("control character", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Text that hardly compresses, the same for the same number.</summary>
    private static string Noise(int number)
    {
        var bytes = new byte[1_200];
        new Random(number).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
}
