using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoBackup.Testing;
using ZstdSharp;

namespace DynamoBackup.Core.Tests.Runs;

public sealed class BackupRunTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task No_attribute_value_differs_in_one_byte_from_what_the_table_returned()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(500)]);
        await using var proxy = await Dynalite.NewProxyAsync();
        var sent = new List<string>();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan")
            {
                using var page = JsonDocument.Parse(exchange.ResponseBody);
                lock (sent)
                    sent.AddRange(page.RootElement.GetProperty("Items").EnumerateArray().Select(item => item.GetRawText()));
            }

            return Task.CompletedTask;
        };

        var backup = await BackUpAsync(table, proxy.Endpoint);

        var stored = FilesOf(backup, "*.json.gz").SelectMany(file => Lines(new GZipStream(File.OpenRead(file), CompressionMode.Decompress)))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Item").GetRawText());
        Assert.Equal(sent.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        Assert.Equal(backup.ItemCount, sent.Count);
        Assert.Equal(AwkwardItems.All().Count + 500, sent.Count);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip)]
    [InlineData(BackupCompression.Zstd)]
    [InlineData(BackupCompression.None)]
    public async Task Every_compression_gives_readable_lines_the_manifests_sums_and_the_same_digest(BackupCompression compression)
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(200)]);

        var backup = await BackUpAsync(RequestFor(table) with { Compression = compression });

        var manifest = await File.ReadAllLinesAsync(Assert.Single(FilesOf(backup, "manifest-files.json")), Cancellation);
        var counted = 0L;
        foreach (var line in manifest.Select(line => JsonDocument.Parse(line).RootElement))
        {
            var file = Path.Combine(Store, line.GetProperty("dataFileS3Key").GetString()!);
            var bytes = await File.ReadAllBytesAsync(file, Cancellation);
            Assert.Equal(line.GetProperty("md5Checksum").GetString(), Convert.ToBase64String(MD5.HashData(bytes)));
            var lines = Lines(compression switch
            {
                BackupCompression.Gzip => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
                BackupCompression.Zstd => new DecompressionStream(new MemoryStream(bytes)),
                _ => new MemoryStream(bytes),
            }).ToList();
            Assert.Equal(line.GetProperty("itemCount").GetInt64(), lines.Count);
            counted += lines.Count;
        }

        Assert.Equal(backup.ItemCount, counted);
        var live = await VerifyAsync(backup, VerificationLevel.Live);
        Assert.True(live.IsValid, string.Join('\n', live.Findings));
        Assert.Equal(backup.ContentDigest, live.ContentDigest);
    }

    [Fact]
    public async Task The_system_zcat_reads_a_data_file_as_json_lines()
    {
        Assert.SkipUnless(File.Exists("/bin/zcat") || File.Exists("/usr/bin/zcat"), "There is no zcat on this machine (Debian: apt-get install gzip).");
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        var backup = await BackUpAsync(RequestFor(table) with { Segments = 1 });

        using var zcat = Process.Start(new ProcessStartInfo("zcat", [Assert.Single(FilesOf(backup, "*.json.gz"))]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var text = await zcat.StandardOutput.ReadToEndAsync(Cancellation);
        await zcat.WaitForExitAsync(Cancellation);

        Assert.Equal(0, zcat.ExitCode);
        Assert.Equal(50, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => JsonDocument.Parse(line).RootElement.TryGetProperty("Item", out _)));
    }

    [Fact]
    public async Task Data_files_roll_at_the_size_limit_and_add_up_to_the_same_digest()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(4_000));
        var whole = await BackUpAsync(RequestFor(table) with { Segments = 1 });

        var rolled = await BackUpAsync(RequestFor(table) with { Segments = 1, MaxFileBytes = 100_000 });

        Assert.Equal(1, whole.FileCount);
        Assert.True(rolled.FileCount > 1, $"{rolled.FileCount} files");
        Assert.Equal(whole.ContentDigest, rolled.ContentDigest);
        Assert.True((await VerifyAsync(rolled, VerificationLevel.Content)).IsValid);
    }

    [Fact]
    public async Task An_empty_table_makes_a_valid_backup_without_data_files()
    {
        var table = await Dynalite.NewTableAsync([]);

        var backup = await BackUpAsync(table);

        Assert.Equal((0L, 0, "v1:0:" + new string('0', 64)), (backup.ItemCount, backup.FileCount, backup.ContentDigest));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Theory]
    [InlineData(true, ReadConsistency.Strong)]
    [InlineData(false, ReadConsistency.Eventual)]
    public async Task Consistency_and_segments_reach_the_service_and_the_result(bool consistent, ReadConsistency expected)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(20));
        await using var proxy = await Dynalite.NewProxyAsync();
        var asked = new HashSet<(bool, int, int)>();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan")
            {
                var request = exchange.RequestJson();
                lock (asked)
                    asked.Add(((bool?)request["ConsistentRead"] ?? false, (int)request["Segment"]!, (int)request["TotalSegments"]!));
            }

            return Task.CompletedTask;
        };

        var backup = await BackUpAsync(RequestFor(table, proxy.Endpoint) with { ConsistentRead = consistent, Segments = 5 });

        Assert.Equal(Enumerable.Range(0, 5).Select(segment => (consistent, segment, 5)), asked.OrderBy(call => call.Item2));
        Assert.Equal(expected, backup.Consistency);
        Assert.Equal(expected, Assert.Single(await ListAsync()).Consistency);
    }

    [Fact]
    public async Task What_is_returned_is_what_is_listed_later()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(30));

        var backup = await BackUpAsync(table);

        var listed = Assert.Single(await ListAsync());
        Assert.Empty(listed.Findings);
        Assert.Empty(backup.Findings);
        Assert.Equal(backup with { Findings = listed.Findings, ItemsScanned = null }, listed);
    }

    private static IEnumerable<string> Lines(Stream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
