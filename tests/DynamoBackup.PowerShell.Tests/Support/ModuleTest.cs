using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>What nearly every test has: a shell with the module, a folder of its own that holds its store, and the run's DynamoDB.</summary>
public abstract class ModuleTest : IDisposable
{
    private readonly Lazy<ModuleShell> _shell;

    protected ModuleTest(Dynalite dynalite)
    {
        Dynalite = dynalite;
        _shell = new(NewShell);
    }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Dynalite Dynalite { get; }

    /// <summary>A PowerShell with the module; <c>$store</c> holds the test's store.</summary>
    protected ModuleShell Shell => _shell.Value;

    protected TempFolder Folder { get; } = new();

    /// <summary>A store that does not exist yet.</summary>
    protected StoreFolder Store => new(Folder.Combine("store"));

    public void Dispose()
    {
        if (_shell.IsValueCreated) _shell.Value.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<string> CreateTableAsync(int items = 3, TableShape? shape = null, string? name = null) =>
        Dynalite.CreateAsync(shape?.RangeKeyType is null ? MixedItems.Create(items) : WithRangeKey(items), shape, name);

    /// <summary>Creates a table and backs it up.</summary>
    /// <returns>The table's name.</returns>
    protected async Task<string> CreateBackupAsync(int items = 3, TableShape? shape = null, string? name = null)
    {
        var table = await CreateTableAsync(items, shape, name);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        return table;
    }

    /// <summary>Puts a proxy between the shell's <c>$aws</c> and the DynamoDB.</summary>
    protected async Task<DynamoProxy> StartProxyAsync()
    {
        var proxy = await DynamoProxy.StartAsync(Dynalite.Endpoint, Cancel);
        Shell.Connect(proxy.Endpoint);
        return proxy;
    }

    /// <summary>Puts a proxy before the DynamoDB that answers one operation with an error of its own.</summary>
    protected async Task<DynamoProxy> StartProxyAsync(string operation, Func<ProxyAnswer> answer)
    {
        var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == operation) exchange.Respond(answer());
            return Task.CompletedTask;
        };
        return proxy;
    }

    /// <summary>Mixed items that fit a table with a numeric range key.</summary>
    protected static IEnumerable<Dictionary<string, AttributeValue>> WithRangeKey(int count) =>
        MixedItems.Create(count).Select((item, index) => new Dictionary<string, AttributeValue>(item) { [TableShape.RangeKey] = Attr.N($"{index}.5") });

    private ModuleShell NewShell()
    {
        var shell = new ModuleShell(Dynalite.Endpoint);
        shell.Set("store", Store.Path);
        return shell;
    }
}
