using System.Text;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

/// <summary>Short ways to use a store in tests.</summary>
internal static class StoreUse
{
    /// <summary>A directory's store.</summary>
    public static IBackupStore Open(string location) => StoreLocation.Open(location, new StoreOptions(), new CollectedOutput());

    /// <summary>A group of one store, whose failure is the group's.</summary>
    public static StoreGroup GroupOf(IBackupStore store) => new([store], (dropped, _) => Assert.Fail($"{dropped.Location} was left out."));

    public static Task WriteAsync(this IBackupStore store, string name, string text, CancellationToken cancellationToken) =>
        store.WriteAsync(name, Encoding.UTF8.GetBytes(text), cancellationToken);

    public static async Task WriteAsync(this IBackupStore store, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var writer = await store.CreateAsync(name, cancellationToken);
        await writer.Stream.WriteAsync(content, cancellationToken);
        await writer.CommitAsync(cancellationToken);
    }

    public static async Task<byte[]> ReadAsync(this IBackupStore store, string name, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(name, cancellationToken);
        Assert.NotNull(stream);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    public static async Task<string> ReadTextAsync(this IBackupStore store, string name, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await store.ReadAsync(name, cancellationToken));

    public static Task<List<StoreEntry>> EntriesAsync(this IBackupStore store, string folder, CancellationToken cancellationToken) =>
        CollectAsync(store.ListAsync(folder, cancellationToken));

    public static async Task<List<string>> NamesAsync(this IBackupStore store, string folder, CancellationToken cancellationToken) =>
        [.. (await store.EntriesAsync(folder, cancellationToken)).Select(entry => entry.Key)];

    public static Task<List<string>> FoldersAsync(this IBackupStore store, string folder, CancellationToken cancellationToken) =>
        CollectAsync(store.ListFoldersAsync(folder, cancellationToken));

    private static async Task<List<T>> CollectAsync<T>(IAsyncEnumerable<T> source)
    {
        var all = new List<T>();
        await foreach (var one in source)
            all.Add(one);
        return all;
    }
}
