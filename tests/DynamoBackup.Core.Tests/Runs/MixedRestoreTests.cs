using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A restore mixes what it writes from many files: a scan segment's items share partitions.</summary>
public sealed class MixedRestoreTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task A_batch_comes_from_several_files_and_every_item_is_written_once()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        var backup = await BackUpAsync(RequestFor(table) with { Segments = 8 });
        var files = FilesOf(backup, "*.json.gz").SelectMany((file, number) => KeysIn(file).Select(key => (key, number))).ToDictionary(pair => pair.key, pair => pair.number);
        Assert.Equal(8, files.Values.Distinct().Count());
        await using var proxy = await Dynalite.NewProxyAsync();
        var batches = new ConcurrentQueue<List<string>>();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem")
                batches.Enqueue([.. exchange.RequestJson()["RequestItems"]!.AsObject().Single().Value!.AsArray().Select(operation => operation!["PutRequest"]!["Item"]!["pk"]!["S"]!.GetValue<string>())]);
            return Task.CompletedTask;
        };

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint));

        Assert.True(restored.Verified);
        Assert.Equal(backup.ContentDigest, restored.ContentDigest);
        Assert.Equal(files.Keys.Order(), batches.SelectMany(batch => batch).Order());
        // Not the last batches: there, few files are left.
        var whole = batches.Where(batch => batch.Count == 25).SkipLast(12).Select(batch => batch.Select(key => files[key]).Distinct().Count()).ToList();
        Assert.True(whole.Count >= 50, $"{whole.Count}");
        Assert.All(whole, sources => Assert.True(sources >= 4, $"{sources} files"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public async Task A_backup_of_one_file_or_none_is_restored_as_well(int items)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(items));
        var backup = await BackUpAsync(RequestFor(table) with { Segments = 1 });
        Assert.InRange(backup.FileCount, 0, 1);

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy")));

        Assert.True(restored.Verified);
        Assert.Equal(items, restored.Written);
    }

    [Fact]
    public async Task A_restore_that_is_cancelled_among_many_files_leaves_none_open()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3_000));
        var backup = await BackUpAsync(RequestFor(table) with { Segments = 8 });
        await using var proxy = await Dynalite.NewProxyAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        proxy.OnRequest = async exchange =>
        {
            if (exchange is { Operation: "BatchWriteItem", OperationNumber: 5 })
                await cancel.CancelAsync();
        };
        var target = DynaliteFixture.NewName("Copy");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint), cancel.Token));

        Assert.False(await Dynalite.TableExistsAsync(target));
        // An open file could not be opened for one's own use.
        foreach (var file in FilesOf(backup, "*.json.gz"))
            await using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                Assert.True(File.Exists(file));
    }

    private static List<string> KeysIn(string file)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var keys = new List<string>();
        while (lines.ReadLine() is { } line)
            keys.Add(JsonDocument.Parse(line).RootElement.GetProperty("Item").GetProperty("pk").GetProperty("S").GetString()!);
        return keys;
    }
}
