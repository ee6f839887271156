using System.Collections;
using Amazon.DynamoDBv2;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>What the scale tests of changes share: a DynamoDB with streams of their own, a store, and PowerShell processes that find both.</summary>
public abstract class StreamScaleTest : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private DynaliteServer _server = null!;

    protected StreamStandIn Streams { get; private set; } = null!;

    protected AmazonDynamoDBClient Client { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        _server = await DynaliteServer.StartAsync(cancellationToken: Cancel);
        Streams = await StreamStandIn.StartAsync(_server.Endpoint, cancellationToken: Cancel);
        Client = Streams.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Streams.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected HostProcess Host() => new(_folder.Path) { Patience = TimeSpan.FromMinutes(10) };

    /// <summary>Runs a script that finds <c>$store</c>, <c>$working</c> and <c>$aws</c>, without error.</summary>
    protected async Task<IReadOnlyList<string>> RunAsync(string script) => (await Host().RunAsync(script, Variables())).Succeeded();

    protected IEnumerable<(string Name, object Value)> Variables() =>
    [
        ("store", _folder.Combine("store")),
        ("working", _folder.Combine("working")),
        ("aws", new Hashtable { ["EndpointUrl"] = Streams.Endpoint.AbsoluteUri, ["Region"] = "us-east-1", ["AccessKey"] = "local", ["SecretKey"] = "local" }),
    ];
}
