using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

[assembly: AssemblyFixture(typeof(Dynalite))]

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>The one DynamoDB of this test run. Tests share it, and so give their tables names that no other test has.</summary>
public sealed class Dynalite : IAsyncLifetime
{
    private DynaliteServer? _server;
    private AmazonDynamoDBClient? _client;

    public Uri Endpoint => _server!.Endpoint;

    /// <summary>The SDK's own client, for what a test prepares and what it looks at afterwards.</summary>
    public AmazonDynamoDBClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _server = await DynaliteServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _client = _server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>A name that no other test has; also a prefix for several.</summary>
    public static string UniqueName(string what = "orders") => $"{what}-{Guid.NewGuid():n}"[..(what.Length + 13)];

    /// <summary>Creates a table and fills it.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateAsync(IEnumerable<Dictionary<string, AttributeValue>> items, TableShape? shape = null, string? name = null)
    {
        name ??= UniqueName();
        await SampleTables.CreateAsync(Client, name, shape, TestContext.Current.CancellationToken);
        await SampleTables.FillAsync(Client, name, items, cancellationToken: TestContext.Current.CancellationToken);
        return name;
    }

    /// <summary>Replaces one of the mixed items of a table without a range key by another item with the same key.</summary>
    public Task PutOtherAsync(string table, int index) => Client.PutItemAsync(
        table, new() { [TableShape.HashKey] = Attr.S(MixedItems.KeyAt(index)), ["status"] = Attr.S("OTHER") }, TestContext.Current.CancellationToken);

    public async Task<TableDescription> DescribeAsync(string table) =>
        (await Client.DescribeTableAsync(table, TestContext.Current.CancellationToken)).Table;

    /// <summary>Whether there is such a table; one that is on its way out is waited for.</summary>
    public async Task<bool> ExistsAsync(string table)
    {
        try
        {
            while ((await DescribeAsync(table)).TableStatus == TableStatus.DELETING) await Task.Delay(20, TestContext.Current.CancellationToken);
            return true;
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Deletes tables, and returns when they are gone.</summary>
    public async Task DeleteAsync(params IEnumerable<string> tables)
    {
        foreach (var table in tables)
        {
            await Client.DeleteTableAsync(table, TestContext.Current.CancellationToken);
            Assert.False(await ExistsAsync(table));
        }
    }

    /// <summary>A table's items, each as one text, sorted: equal for equal contents.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string table)
    {
        var items = new List<string>();
        await foreach (var item in SampleTables.ReadAsync(Client, table, TestContext.Current.CancellationToken)) items.Add(ItemText.Of(item));
        items.Sort(StringComparer.Ordinal);
        return items;
    }
}
