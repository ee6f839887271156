using System.Collections.Concurrent;
using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Load;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Load;

/// <summary>Readers together take every item of every file once, from many files at a time.</summary>
public sealed class FileMixTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 8)]
    [InlineData(16, 2)]
    [InlineData(17, 4)]
    [InlineData(100, 3)]
    [InlineData(100, 32)]
    [InlineData(0, 2)]
    public async Task Every_item_is_taken_once(int files, int readers)
    {
        var store = new MemoryStore();
        var list = Enumerable.Range(0, files).Select(file => AddFile(store, file, items: file * 7 % 20)).ToList();
        await using var mix = new FileMix(store, list, readers, Cancellation);
        Assert.InRange(mix.Readers, Math.Min(1, files), Math.Min(readers, files));
        var taken = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, mix.Readers).Select(_ => Task.Run(() => ReadAsync(mix, taken.Add), Cancellation)));

        Assert.Equal(list.SelectMany((file, number) => Enumerable.Range(0, (int)file.ItemCount).Select(item => Item(number, item))).Order(), taken.Order());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(40)]
    public async Task Consecutive_items_come_from_many_files(int files)
    {
        var store = new MemoryStore();
        var list = Enumerable.Range(0, files).Select(file => AddFile(store, file, items: 500)).ToList();
        await using var mix = new FileMix(store, list, 1, Cancellation);
        var taken = new List<string>();

        await ReadAsync(mix, taken.Add);

        // The last files to end have fewer beside them.
        var batches = taken.Take(taken.Count * 3 / 4).Chunk(25).Where(batch => batch.Length == 25);
        Assert.All(batches, batch => Assert.True(batch.Select(FileOf).Distinct().Count() >= Math.Min(3, files), string.Join(' ', batch)));
        Assert.True(batches.Average(batch => batch.Select(FileOf).Distinct().Count()) >= Math.Min(files, 16) * 0.7);
    }

    [Fact]
    public async Task Files_that_are_open_together_lie_far_apart_in_the_list()
    {
        var store = new MemoryStore();
        var list = Enumerable.Range(0, 160).Select(file => AddFile(store, file, items: 10)).ToList();
        await using var mix = new FileMix(store, list, 2, Cancellation);
        var taken = new List<string>();

        await ReadAsync(mix, taken.Add);

        // The first 100 items come from about the first files of 16 stretches of ten, not from the first 16 files.
        var stretches = taken.Take(100).Select(item => FileOf(item) / 10).Distinct().Count();
        Assert.True(stretches >= 14, $"{stretches}");
    }

    [Fact]
    public async Task No_more_than_sixteen_files_are_open()
    {
        var store = new MemoryStore();
        var list = Enumerable.Range(0, 60).Select(file => AddFile(store, file, items: 30)).ToList();
        await using var mix = new FileMix(store, list, 2, Cancellation);
        var (begun, ended, most) = (new HashSet<int>(), new Dictionary<int, int>(), 0);

        await ReadAsync(mix, item =>
        {
            var file = FileOf(item);
            begun.Add(file);
            ended[file] = ended.GetValueOrDefault(file) + 1;
            most = Math.Max(most, begun.Count - ended.Values.Count(count => count == 30));
        });

        Assert.InRange(most, 10, 16);
    }

    [Fact]
    public async Task A_damaged_file_is_named()
    {
        var store = new MemoryStore();
        var list = Enumerable.Range(0, 8).Select(file => AddFile(store, file, items: 50)).ToList();
        list[5] = list[5] with { ItemCount = 51 };
        await using var mix = new FileMix(store, list, 1, Cancellation);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ReadAsync(mix, _ => { }));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Equal(list[5].Name, error.Target);
    }

    private static async Task ReadAsync(FileMix mix, Action<string> take)
    {
        var file = mix.Take();
        while (true)
        {
            if (await file.MoveNextAsync())
            {
                take(Encoding.UTF8.GetString(file.Current.Json.Span));
                mix.Return(file);
            }
            else if (!await mix.EndAsync(file))
            {
                return;
            }

            file = mix.Take();
        }
    }

    private static DataFile AddFile(MemoryStore store, int number, int items)
    {
        var name = $"data/{number:d4}.json";
        var lines = string.Concat(Enumerable.Range(0, items).Select(item => $"{{\"Item\":{Item(number, item)}}}\n"));
        store[name] = Encoding.UTF8.GetBytes(lines);
        return new DataFile { Name = name, Key = name, ItemCount = items };
    }

    private static string Item(int file, int item) => $"{{\"pk\":{{\"S\":\"{file:d4}-{item}\"}}}}";

    private static int FileOf(string item) => int.Parse(item.AsSpan(12, 4), System.Globalization.CultureInfo.InvariantCulture);
}
