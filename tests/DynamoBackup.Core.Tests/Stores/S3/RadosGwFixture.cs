using Amazon.S3;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

[assembly: AssemblyFixture(typeof(RadosGwFixture))]

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>One S3 for all tests of the assembly, started for the first one that asks; each test makes a bucket of its own.</summary>
public sealed class RadosGwFixture : IAsyncDisposable
{
    private readonly Lazy<Task<RadosGwServer>> _server = new(() => RadosGwServer.StartAsync());
    private AmazonS3Client? _client;

    public RadosGwServer Server => _server.Value.Result;

    public AmazonS3Client Client => _client ??= Server.CreateClient();

    /// <summary>How to reach a store of this server, or of a proxy before it.</summary>
    public StoreOptions OptionsFor(Uri? endpoint = null) => new()
    {
        EndpointUrl = (endpoint ?? Server.Endpoint).AbsoluteUri,
        Connection = new AwsConnection { AccessKey = Server.AccessKey, SecretKey = Server.SecretKey, Patience = TimeSpan.FromSeconds(30) },
    };

    /// <summary>Waits for the server; skips the test where it is not installed.</summary>
    /// <returns>A new bucket.</returns>
    public async Task<string> NewBucketAsync()
    {
        Assert.SkipUnless(RadosGwServer.WhyMissing() is null, RadosGwServer.WhyMissing() ?? "");
        var server = await _server.Value.WaitAsync(TestContext.Current.CancellationToken);
        return await server.NewBucketAsync(TestContext.Current.CancellationToken);
    }

    public Task<DynamoProxy> NewProxyAsync() => DynamoProxy.StartAsync(Server.Endpoint, TestContext.Current.CancellationToken);

    public static IBackupStore Open(string location, StoreOptions options, IRunOutput? output = null) => StoreLocation.Open(location, options, output ?? new CollectedOutput());

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}
