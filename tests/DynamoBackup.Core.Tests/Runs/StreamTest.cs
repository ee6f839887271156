using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What tests of change capture share: a stand-in with streams before the run's dynalite, and short ways to back up through it.</summary>
public abstract class StreamTest(DynaliteFixture dynalite) : RunTest(dynalite), IAsyncLifetime
{
    internal StreamStandIn Streams { get; private set; } = null!;

    protected AmazonDynamoDBClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Streams = await StreamStandIn.StartAsync(Dynalite.Server.Endpoint, cancellationToken: Cancellation);
        Client = Streams.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Streams.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A table whose stream is on, with items that the stream does not show.</summary>
    protected async Task<string> NewStreamTableAsync(int items = 20)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(items));
        await Streams.EnableStreamAsync(table);
        return table;
    }

    protected Task PutAsync(string table, string key, string value) => Client.PutItemAsync(table, Item(key, value), Cancellation);

    protected static Dictionary<string, AttributeValue> Item(string key, string value) => new() { [TableShape.HashKey] = Attr.S(key), ["v"] = Attr.S(value) };

    protected BackupRequest FullOf(string table) => RequestFor(table, Streams.Endpoint) with { NoStream = false, ConsistentRead = true, StreamSettle = TimeSpan.FromSeconds(1) };

    protected BackupRequest IncrementOf(string table) => FullOf(table) with { Type = BackupType.Incremental };

    protected Task<IReadOnlyList<BackupInfo>> IncrementAsync(string table) => IncrementAsync(IncrementOf(table));

    protected async Task<IReadOnlyList<BackupInfo>> IncrementAsync(BackupRequest request, CancellationToken? cancellation = null)
    {
        var made = new List<BackupInfo>();
        await IncrementalRun.RunAsync(
            request,
            (backups, _) =>
            {
                lock (made) made.AddRange(backups);
                return Task.CompletedTask;
            },
            Output, cancellation ?? Cancellation);
        return made;
    }

    /// <summary>Restores a backup, or the table's state at an instant, with the backups that it takes.</summary>
    protected async Task<TableRestore> RestoreAsync(RestoreRequest request, DateTimeOffset? at, BackupInfo? backup = null, IReadOnlyList<BackupInfo>? known = null)
    {
        using var run = await PointInTimeRun.OpenAsync(new PointInTimeRequest { Restore = request, Backup = backup, Known = known ?? await ListAsync(), PointInTime = at }, Output, Cancellation);
        if (!DifferentialRestoreRun.IsFor(request.Mode))
            return await run.RunAsync(await run.PlanAsync(null, Output, Cancellation), null, Output, Cancellation);
        using var compared = await run.CompareAsync(null, Output, Cancellation);
        return run.Describe(await compared.ApplyAsync(Output, Cancellation));
    }

    /// <summary>A table's items as the server spells them.</summary>
    protected async Task<List<Dictionary<string, AttributeValue>>> ItemsOfAsync(string table)
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        await foreach (var item in SampleTables.ReadAsync(Dynalite.Client, table, Cancellation))
            items.Add(item);
        return items;
    }
}
