using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

[assembly: AssemblyFixture(typeof(RadosGw))]

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>The one S3 of this test run, started for the first test that asks; each makes a bucket of its own.</summary>
public sealed class RadosGw : IAsyncDisposable
{
    private readonly Lazy<Task<RadosGwServer>> _server = new(() => RadosGwServer.StartAsync());

    /// <summary>The server; skips the test where it is not installed.</summary>
    public async Task<RadosGwServer> ServerAsync()
    {
        Assert.SkipUnless(RadosGwServer.WhyMissing() is null, RadosGwServer.WhyMissing() ?? "");
        return await _server.Value.WaitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}
