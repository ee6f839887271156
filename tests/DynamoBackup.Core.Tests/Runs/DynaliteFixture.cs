using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

[assembly: AssemblyFixture(typeof(DynaliteFixture))]

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>One dynalite for all tests of the assembly; each test makes tables of its own.</summary>
public sealed class DynaliteFixture : IAsyncLifetime
{
    private static int _tables;

    public DynaliteServer Server { get; private set; } = null!;

    public AmazonDynamoDBClient Client { get; private set; } = null!;

    public AwsConnection Connection => ConnectTo(Server.Endpoint);

    public static AwsConnection ConnectTo(Uri endpoint) =>
        new() { EndpointUrl = endpoint.AbsoluteUri, Region = "us-east-1", AccessKey = "local", SecretKey = "local-secret", Patience = TimeSpan.FromSeconds(20) };

    public static string NewName(string stem) => $"{stem}-{Interlocked.Increment(ref _tables)}-{Guid.NewGuid():N}"[..Math.Min(stem.Length + 20, 60)];

    public async ValueTask InitializeAsync()
    {
        Server = await DynaliteServer.StartAsync();
        Client = Server.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>A new table with items in it.</summary>
    public async Task<string> NewTableAsync(IEnumerable<Dictionary<string, AttributeValue>> items, TableShape? shape = null)
    {
        var name = NewName("Orders");
        await SampleTables.CreateAsync(Client, name, shape, TestContext.Current.CancellationToken);
        await SampleTables.FillAsync(Client, name, items, cancellationToken: TestContext.Current.CancellationToken);
        return name;
    }

    public Task<DynamoProxy> NewProxyAsync() => DynamoProxy.StartAsync(Server.Endpoint, TestContext.Current.CancellationToken);

    public async Task<bool> TableExistsAsync(string name)
    {
        try
        {
            // dynalite, as DynamoDB, shows a table for a moment while it deletes it.
            return (await Client.DescribeTableAsync(name)).Table.TableStatus != TableStatus.DELETING;
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }
}
