using System.Collections;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>
/// A DynamoDB with one big table, and PowerShell processes of their own whose peak memory is read at the end. The default sizes keep the
/// suite short; DYNAMOBACKUP_TEST_SCALE=full runs those of the acceptance.
/// </summary>
internal sealed class ScaleRun : IAsyncDisposable
{
    /// <summary>The whole PowerShell process's peak working set may be this many MiB.</summary>
    public const int MostMiB = 250;

    private readonly DynaliteServer _server;
    private readonly TempFolder _folder = new();

    private ScaleRun(DynaliteServer server) => _server = server;

    public static bool IsFull => Environment.GetEnvironmentVariable("DYNAMOBACKUP_TEST_SCALE") == "full";

    /// <summary>The credentials for the table and, where there is one, for the store; dynalite takes any.</summary>
    public string AccessKey { get; init; } = "local";

    public string SecretKey { get; init; } = "local";

    /// <summary>Starts a DynamoDB with a table <c>Orders</c>.</summary>
    public static async Task<ScaleRun> StartAsync(int items, string accessKey = "local", string secretKey = "local")
    {
        var cancellation = TestContext.Current.CancellationToken;
        var run = new ScaleRun(await DynaliteServer.StartAsync(cancellationToken: cancellation)) { AccessKey = accessKey, SecretKey = secretKey };
        using var client = run._server.CreateClient();
        await SampleTables.CreateAsync(client, "Orders", cancellationToken: cancellation);
        await SampleTables.FillAsync(client, "Orders", MixedItems.Create(items), cancellationToken: cancellation);
        return run;
    }

    /// <summary>Runs a script that finds <c>$store</c> and <c>$aws</c>.</summary>
    /// <returns>What it printed, and the process's peak memory.</returns>
    public async Task<(int PeakMiB, IReadOnlyList<string> Lines)> RunAsync(string script, params IEnumerable<(string Name, object Value)> variables)
    {
        var aws = new Hashtable { ["EndpointUrl"] = _server.Endpoint.AbsoluteUri, ["Region"] = "us-east-1", ["AccessKey"] = AccessKey, ["SecretKey"] = SecretKey };
        var host = new HostProcess(_folder.Path) { Patience = TimeSpan.FromMinutes(10) }.WithOption("-Memory");
        var outcome = await host.RunAsync(script, [("store", _folder.Combine("store")), ("aws", aws), .. variables]);
        var lines = outcome.Succeeded();
        return (outcome.PeakMiB, lines);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
