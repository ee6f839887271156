using Amazon.DynamoDBv2.Model;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What tests of Replace and Supplement share.</summary>
public abstract class DifferentialTest(DynaliteFixture dynalite) : RunTest(dynalite)
{
    /// <summary>Sizes at which a few items already make many partitions and ranges.</summary>
    internal static ComparisonLimits Tiny { get; } = new(ItemsPerPartition: 7, ItemsPerRange: 11);

    /// <summary>A folder for temporary files of this test alone.</summary>
    protected string Work => WorkingDirectory;

    protected RestoreRequest DifferentialOf(BackupInfo backup, string table, RestoreMode mode, Uri? endpoint = null) =>
        RestoreOf(backup, table, endpoint) with { Mode = mode };

    internal async Task<TableRestore> ApplyAsync(RestoreRequest request, ComparisonLimits? limits = null)
    {
        using (var run = await DifferentialRestoreRun.CompareAsync(request, limits ?? Tiny, Output, Cancellation))
        {
            Assert.NotEmpty(Directory.GetFiles(Work, "*.lock"));
            return await run.ApplyAsync(Output, Cancellation);
        }
    }

    protected void AssertNothingTemporaryIsLeft() => Assert.Empty(Directory.Exists(Work) ? Leavings.In(Work) : []);

    protected Task PutAsync(string table, string key, AttributeValue value) =>
        Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S(key), ["value"] = value }, Cancellation);

    protected async Task<Dictionary<string, AttributeValue>?> FindAsync(string table, string key) =>
        (await Dynalite.Client.GetItemAsync(table, new() { ["pk"] = Attr.S(key) }, true, Cancellation)).Item is { Count: > 0 } item ? item : null;

    protected Task DeleteAsync(string table, IEnumerable<int> indexes) => SampleTables.DeleteAsync(
        Dynalite.Client, table, indexes.Select(index => new Dictionary<string, AttributeValue> { ["pk"] = Attr.S(MixedItems.KeyAt(index)) }), Cancellation);

    /// <summary>Writes that a proxy saw: requests, and the operations in them.</summary>
    protected static WriteCount CountWrites(DynamoProxy proxy) => WriteCount.Of(proxy);
}

/// <summary>Counts the puts and deletions that pass through a proxy.</summary>
public sealed class WriteCount
{
    private int _puts;
    private int _deletes;

    public int Puts => _puts;

    public int Deletes => _deletes;

    public static WriteCount Of(DynamoProxy proxy)
    {
        var count = new WriteCount();
        var before = proxy.OnRequest;
        proxy.OnRequest = async exchange =>
        {
            count.Look(exchange);
            await (before?.Invoke(exchange) ?? Task.CompletedTask);
        };
        return count;
    }

    private void Look(ProxyExchange exchange)
    {
        switch (exchange.Operation)
        {
            case "PutItem": Interlocked.Increment(ref _puts); break;
            case "DeleteItem": Interlocked.Increment(ref _deletes); break;
            case "BatchWriteItem":
                foreach (var operation in exchange.RequestJson()["RequestItems"]!.AsObject().Single().Value!.AsArray())
                    Interlocked.Increment(ref operation!["PutRequest"] is null ? ref _deletes : ref _puts);
                break;
        }
    }
}
