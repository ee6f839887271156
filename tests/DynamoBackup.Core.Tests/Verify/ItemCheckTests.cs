using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Tables;
using DynamoBackup.Verify;

namespace DynamoBackup.Core.Tests.Verify;

/// <summary>What a data file's lines hold: files made by hand, as other tools or attackers would.</summary>
public sealed class ItemCheckTests
{
    private const string Sound = """{"Item":{"Id":{"N":"1"},"At":{"S":"x"}}}""";
    private static readonly KeyCheck Key = new([new KeyAttribute("Id", "N"), new KeyAttribute("At", "S")]);
    private readonly MemoryStore _store = new();

    [Theory]
    [InlineData("not json", FindingKind.InvalidItem)]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"1\"}", FindingKind.InvalidItem)]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"one\"}}}", FindingKind.InvalidItem)]
    [InlineData("{\"Keys\":{\"Id\":{\"N\":\"1\"}}}", FindingKind.InvalidItem)]
    [InlineData("{\"Item\":{\"At\":{\"S\":\"x\"}}}", FindingKind.KeyMissing)]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"1\"}}}", FindingKind.KeyMissing)]
    [InlineData("{\"Item\":{\"Id\":{\"S\":\"1\"},\"At\":{\"S\":\"x\"}}}", FindingKind.KeyMissing)]
    [InlineData("{\"Item\":{\"Id\":{\"N\":\"1\"},\"At\":{\"SS\":[\"x\"]}}}", FindingKind.KeyMissing)]
    [InlineData("{\"Item\":{\"id\":{\"N\":\"1\"},\"At\":{\"S\":\"x\"}}}", FindingKind.KeyMissing)]
    [InlineData("{\"Item\":{\"a\":{\"M\":{\"Id\":{\"N\":\"1\"}}},\"At\":{\"S\":\"x\"}}}", FindingKind.KeyMissing)]
    public async Task A_line_that_is_no_item_of_this_table_is_named_by_its_number(string line, FindingKind kind)
    {
        var count = kind == FindingKind.KeyMissing ? 3 : 2;
        var findings = await VerifyAsync($"{Sound}\n{line}\n{Sound}\n", count);
        var finding = Assert.Single(findings);
        Assert.Equal(kind, finding.Kind);
        Assert.StartsWith("Line 2: ", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_spelled_with_escapes_is_the_same_key() =>
        Assert.Empty(await VerifyAsync("""{"Item":{"\u0049d":{"N":"1"},"A\u0074":{"S":"x"}}}""", 1));

    [Fact]
    public async Task Without_a_definition_keys_are_not_checked()
    {
        var file = Put("{\"Item\":{}}\n", 1);
        Assert.Empty((await new FileVerifier(_store, file, null).RunAsync(VerificationLevel.Content, TestContext.Current.CancellationToken)).Findings);
    }

    [Theory]
    [InlineData("\n\n" + Sound + "\n\r\n" + Sound + "\n\n")]
    [InlineData(Sound + "\r\n" + Sound)]
    [InlineData(" " + Sound + " \n" + Sound + " ")]
    public async Task Blank_lines_and_white_space_between_lines_are_tolerated(string text) => Assert.Empty(await VerifyAsync(text, 2));

    [Fact]
    public async Task An_empty_file_is_sound_where_no_items_are_recorded_and_short_where_some_are()
    {
        Assert.Empty(await VerifyAsync("", 0));
        Assert.Empty(await VerifyAsync("", 0, "data/x.json.gz"));
        Assert.Equal(FindingKind.CountDiffers, Assert.Single(await VerifyAsync("", 1)).Kind);
    }

    [Fact]
    public async Task Of_very_many_bad_lines_some_are_named_and_the_others_counted()
    {
        var findings = await VerifyAsync(string.Concat(Enumerable.Repeat("bad\n", 25)), 0);
        Assert.Equal(10, findings.Count(finding => finding.Detail.StartsWith("Line ", StringComparison.Ordinal)));
        Assert.Contains(findings, finding => finding.Detail.StartsWith("15 more", StringComparison.Ordinal));
        Assert.Equal(11, findings.Count);
    }

    [Fact]
    public async Task Bad_lines_do_not_crowd_out_what_is_found_about_the_whole_file()
    {
        var file = Put(string.Concat(Enumerable.Repeat("bad\n", 25)), 7) with { Md5 = "1B2M2Y8AsgTpgAmY7PhCfg==" };
        var proof = await new FileVerifier(_store, file, Key).RunAsync(VerificationLevel.Content, TestContext.Current.CancellationToken);
        var kinds = proof.Findings.Select(finding => finding.Kind).ToList();
        Assert.Contains(FindingKind.CountDiffers, kinds);
        Assert.Contains(FindingKind.ChecksumDiffers, kinds);
    }

    [Theory]
    [InlineData('\n', 1_000L)]
    [InlineData('\n', null)]
    [InlineData('x', null)]
    [InlineData('x', 2_000_000_000L)]
    public async Task A_file_that_decompresses_to_far_more_than_it_may_is_given_up_in_little_memory(char filling, long? rawBytes)
    {
        // 2 GB in 2 MB: gzip members in a row, each a megabyte of one character.
        var member = Compress(new string(filling, 1 << 20));
        var bomb = Enumerable.Repeat(member, 2_000).SelectMany(bytes => bytes).ToArray();
        var file = Known("data/x.json.gz", 1) with { RawBytes = rawBytes };
        _store[file.Key] = bomb;

        // Nothing here waits for anything, so all of it runs on this thread, whose allocations can be told from those of other tests.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var verifying = new FileVerifier(_store, file, Key).RunAsync(VerificationLevel.Content, TestContext.Current.CancellationToken);
        Assert.True(verifying.IsCompleted);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var finding = Assert.Single((await verifying).Findings);
        Assert.Equal(FindingKind.DataUnreadable, finding.Kind);
        Assert.InRange(allocated, 0, 64L << 20);
    }

    private async Task<IReadOnlyList<Finding>> VerifyAsync(string text, int count, string name = "data/x.json") =>
        (await new FileVerifier(_store, Put(text, count, name), Key).RunAsync(VerificationLevel.Content, TestContext.Current.CancellationToken)).Findings;

    private DataFile Put(string text, int count, string name = "data/x.json")
    {
        var content = name.EndsWith(".gz", StringComparison.Ordinal) ? Compress(text) : Encoding.UTF8.GetBytes(text);
        var file = Known(name, count) with { Md5 = Convert.ToBase64String(MD5.HashData(content)) };
        _store[file.Key] = content;
        return file;
    }

    private static DataFile Known(string name, int count) => new() { Name = name, Key = StoreKey.Join(SegmentSample.Folder, name), ItemCount = count };

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
