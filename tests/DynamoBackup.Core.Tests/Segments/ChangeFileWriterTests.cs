using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Segments;

public sealed class ChangeFileWriterTests
{
    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"Item":{"Id":{"N":"1"}}}""")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"Id":{"N":"x"}}}""")]
    [InlineData("")]
    public async Task A_line_that_is_no_change_is_refused_and_what_holds_a_part_of_its_batch_becomes_no_backup(string line)
    {
        await using (var writer = Writer())
        {
            await writer.WriteAsync(ChangeSample.Batch(ChangeSample.Lines(3)), Cancellation);
            var error = await Assert.ThrowsAsync<DynamoBackupException>(() => writer.WriteAsync(ChangeSample.Batch([.. ChangeSample.Lines(2), line]), Cancellation));
            Assert.Equal(BackupErrorCode.InvalidItem, error.Code);
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(ChangeSample.Batch(ChangeSample.Lines(1)), Cancellation));
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CloseAsync(Cancellation));
        }

        Assert.Empty(_store.Names);
    }

    [Fact]
    public async Task A_line_that_does_not_end_is_refused()
    {
        await using var writer = Writer();
        await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(ChangeSample.Batch(ChangeSample.Lines(2)).AsMemory()[..^1], Cancellation));
    }

    [Fact]
    public async Task Without_changes_there_is_no_file()
    {
        await using var writer = Writer();
        await writer.WriteAsync(ReadOnlyMemory<byte>.Empty, Cancellation);
        Assert.Empty(await writer.CloseAsync(Cancellation));
        Assert.Empty(_store.Names);
        Assert.Equal(0, writer.StoredBytes);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task Lines_are_stored_as_they_came_in_and_what_is_recorded_of_the_file_agrees(BackupCompression compression)
    {
        var lines = ChangeSample.Lines(700);
        var file = Assert.Single(await ChangeSample.WriteAsync(_store, lines, Cancellation, compression));
        var stored = _store[StoreKey.Join(SegmentSample.Folder, file.Name)];
        Assert.Equal(string.Concat(lines.Select(line => line + "\n")), Encoding.UTF8.GetString(SegmentSample.Decompress(stored, file.Name)));
        Assert.Equal((stored.Length, Convert.ToBase64String(MD5.HashData(stored)), Convert.ToHexStringLower(SHA256.HashData(stored))), (file.StoredBytes, file.Md5, file.Sha256));
        Assert.Equal((700, null, null), (file.ItemCount, file.ItemBytes, file.WriteUnits));
        Assert.Equal(ChangeSample.Measure(lines), file.Digest);
    }

    [Fact]
    public async Task Files_roll_over_at_the_limit_and_their_sizes_and_digests_add_up()
    {
        const long Limit = 4_000;
        var lines = ChangeSample.Lines(2_000);
        await using var writer = Writer(Limit);
        foreach (var chunk in lines.Chunk(10))
            await writer.WriteAsync(ChangeSample.Batch(chunk), Cancellation);
        var files = await writer.CloseAsync(Cancellation);

        Assert.InRange(files.Count, 3, 200);
        Assert.Equal(files, writer.Files);
        Assert.Equal(files.Sum(file => file.StoredBytes), writer.StoredBytes);
        Assert.Equal(2_000, files.Sum(file => file.ItemCount));
        var whole = new ContentDigest();
        foreach (var file in files)
            whole.Add(file.Digest!);
        Assert.Equal(ChangeSample.Measure(lines), whole);
    }

    [Fact]
    public async Task Shards_that_write_side_by_side_share_a_file_and_keep_their_order()
    {
        const int Shards = 8;
        var shards = Enumerable.Range(0, Shards).Select(shard => ChangeSample.Lines(400, shard * 1_000, $"shardId-{shard}")).ToList();
        await using var writer = Writer();
        await Task.WhenAll(shards.Select(lines => Task.Run(
            async () =>
            {
                foreach (var chunk in lines.Chunk(7))
                    await writer.WriteAsync(ChangeSample.Batch(chunk), Cancellation);
            },
            Cancellation)));
        var file = Assert.Single(await writer.CloseAsync(Cancellation));

        var stored = Encoding.UTF8.GetString(SegmentSample.Decompress(_store[StoreKey.Join(SegmentSample.Folder, file.Name)], file.Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Shards * 400, stored.Length);
        for (var shard = 0; shard < Shards; shard++)
            Assert.Equal(shards[shard], stored.Where(line => line.Contains($"\"shardId-{shard}\"", StringComparison.Ordinal)));
        Assert.Equal(ChangeSample.Measure(shards.SelectMany(lines => lines)), file.Digest);
    }

    private ChangeFileWriter Writer(long maxFileBytes = 1 << 30) => new(StoreUse.GroupOf(_store), SegmentSample.Folder, BackupCompression.Gzip, maxFileBytes);
}
