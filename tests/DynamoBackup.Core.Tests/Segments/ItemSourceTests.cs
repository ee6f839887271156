using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Segments;

/// <summary>What a restore reads: items in order, or an exception that names the file and says what to do.</summary>
public sealed class ItemSourceTests
{
    private const string Plain = "data/plain.json";
    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task A_files_items_come_back_in_order_byte_for_byte(BackupCompression compression)
    {
        var items = SegmentSample.Items(3_000);
        var file = Assert.Single(await SegmentSample.WriteAsync(_store, items, compression, 1 << 30, Cancellation));

        var (read, lines) = (new List<string>(), new List<long>());
        await foreach (var item in ItemSource.ReadAsync(_store, SegmentSample.Known(file), Cancellation))
        {
            read.Add(Encoding.UTF8.GetString(item.Json.Span));
            lines.Add(item.Line);
        }

        Assert.Equal(items, read);
        Assert.Equal(Enumerable.Range(1, items.Count).Select(line => (long)line), lines);
    }

    [Fact]
    public async Task Blank_lines_and_white_space_as_other_tools_write_them_are_read()
    {
        Put("{\"Item\":{\"a\":{\"S\":\"1\"}}}\r\n\r\n\n { \"Item\" : {\"a\":{\"S\":\"2\"}} } \n{\"Item\":{}}");
        Assert.Equal(["{\"a\":{\"S\":\"1\"}}", "{\"a\":{\"S\":\"2\"}}", "{}"], (await ReadAsync(Plain, 3)).Select(item => item.TrimEnd()));
    }

    [Fact]
    public async Task A_missing_file_is_damage()
    {
        var exception = await AssertDamagedAsync(Plain);
        Assert.Contains("it is missing", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/x.ion.gz")]
    [InlineData("data/x.csv")]
    [InlineData("data/x")]
    [InlineData("data/x.json.bz2")]
    public async Task A_file_of_another_kind_is_refused_by_its_name(string name)
    {
        Put("{\"Item\":{}}\n", name);
        Assert.Contains("does not end in .json", (await AssertDamagedAsync(name)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"Item\":{}}\n{\"Item\":", "line 2")]
    [InlineData("\n\nnot json", "line 3")]
    [InlineData("{\"NewImage\":{}}", "line 1")]
    public async Task A_line_that_is_no_item_is_named_by_its_number(string text, string line)
    {
        Put(text);
        Assert.Contains(line, (await AssertDamagedAsync(Plain)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/x.json.gz")]
    [InlineData("data/x.json.zst")]
    public async Task Bytes_that_do_not_decompress_are_damage(string name)
    {
        Put("this is neither gzip nor zstd", name);
        Assert.NotNull((await AssertDamagedAsync(name)).InnerException);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    public async Task A_compressed_file_that_was_cut_gives_all_its_items_or_is_damage(BackupCompression compression)
    {
        // A decompressor that takes the end of its input for the end of its data would let a restore end early and call itself complete.
        var file = SegmentSample.Known(Assert.Single(await SegmentSample.WriteAsync(_store, SegmentSample.Items(40), compression, 1 << 30, Cancellation)));
        var whole = _store[file.Key];
        for (var cut = 1; cut < whole.Length; cut++)
        {
            _store[file.Key] = whole[..cut];
            try
            {
                Assert.Equal(40, (await ReadAsync(file.Name, 40)).Count);
            }
            catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.BackupDamaged)
            {
                Assert.Equal(file.Name, exception.Target);
            }
        }
    }

    [Fact]
    public async Task An_item_that_is_not_valid_is_told_with_its_line_when_it_is_read()
    {
        Put("{\"Item\":{}}\n{\"Item\":{\"a\":{\"N\":\"x\"}}}\n");
        var item = new CanonicalItem();
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(async () =>
        {
            await foreach (var source in ItemSource.ReadAsync(_store, Known(Plain, 2), Cancellation))
                source.ReadInto(item);
        });
        Assert.Equal(BackupErrorCode.InvalidItem, exception.Code);
        Assert.Contains($"'{Plain}' line 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hashes_of_a_file_cover_what_was_not_read_as_well()
    {
        var file = Assert.Single(await SegmentSample.WriteAsync(_store, SegmentSample.Items(2_000), BackupCompression.Gzip, 1 << 30, Cancellation));
        var known = SegmentSample.Known(file);
        await using (var reader = (await DataFileReader.OpenAsync(_store, known, Cancellation, FileHashes.All))!)
        {
            Assert.True(await reader.Lines!.FillAsync(Cancellation));
            Assert.Null(await reader.FindChecksumDifferenceAsync(known, Cancellation));
            Assert.Equal(file.StoredBytes, reader.StoredBytes);
        }

        _store[known.Key][^1] ^= 1;
        await using var damaged = (await DataFileReader.OpenAsync(_store, known, Cancellation, FileHashes.All))!;
        Assert.Contains("SHA-256", await damaged.FindChecksumDifferenceAsync(known, Cancellation), StringComparison.Ordinal);
        await using var foreign = (await DataFileReader.OpenAsync(_store, known, Cancellation, FileHashes.All))!;
        Assert.Contains("MD5", await foreign.FindChecksumDifferenceAsync(known with { Sha256 = null }, Cancellation), StringComparison.Ordinal);
        await using var unrecorded = (await DataFileReader.OpenAsync(_store, known, Cancellation, FileHashes.All))!;
        Assert.Null(await unrecorded.FindChecksumDifferenceAsync(known with { Sha256 = null, Md5 = null }, Cancellation));
    }

    private void Put(string text, string name = Plain) => _store[StoreKey.Join(SegmentSample.Folder, name)] = Encoding.UTF8.GetBytes(text);

    private static DataFile Known(string name, int count) => new() { Name = name, Key = StoreKey.Join(SegmentSample.Folder, name), ItemCount = count };

    private async Task<List<string>> ReadAsync(string name, int count)
    {
        var items = new List<string>();
        await foreach (var item in ItemSource.ReadAsync(_store, Known(name, count), Cancellation))
            items.Add(Encoding.UTF8.GetString(item.Json.Span));
        return items;
    }

    private async Task<DynamoBackupException> AssertDamagedAsync(string name)
    {
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => ReadAsync(name, 1));
        Assert.Equal(BackupErrorCode.BackupDamaged, exception.Code);
        Assert.Equal(name, exception.Target);
        Assert.Contains("Run Test-DynamoBackup", exception.Message, StringComparison.Ordinal);
        return exception;
    }
}
