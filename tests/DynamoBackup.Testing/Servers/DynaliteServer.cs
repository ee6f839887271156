using System.Diagnostics;
using System.Text.Json;
using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// A DynamoDB on this machine: dynalite, in memory, in a node process of its own. The process ends with this object, and also when
/// this process is killed.
/// </summary>
public sealed class DynaliteServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private DynaliteServer(ServerProcess process)
    {
        _process = process;
        Endpoint = new Uri($"http://127.0.0.1:{process.ReadyLine}");
    }

    /// <summary>The server's address, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>The id of the node process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a server whose tables are ready at once; installs it first if need be.</summary>
    public static Task<DynaliteServer> StartAsync(Action<string>? log = null, CancellationToken cancellationToken = default) =>
        StartAsync(new DynaliteOptions(), log, cancellationToken);

    /// <summary>Starts a server; installs it first if need be.</summary>
    public static async Task<DynaliteServer> StartAsync(
        DynaliteOptions options, Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        var node = await NodeRuntime.NodeAsync(cancellationToken);
        var installed = await NpmPackages.EnsureAsync(log, cancellationToken);
        var script = Path.Combine(NpmPackages.SourceFolder, "serve-dynalite.js");
        var start = new ProcessStartInfo(node, [script, installed, JsonSerializer.Serialize(options)]);

        // dynalite builds table ARNs of these; they must not depend on who runs the tests.
        start.Environment["AWS_REGION"] = LocalClient.Region;
        start.Environment["AWS_ACCOUNT_ID"] = "000000000000";
        return new DynaliteServer(await ServerProcess.StartAsync("dynalite", start, cancellationToken));
    }

    /// <summary>A client of this server, with made-up credentials.</summary>
    public AmazonDynamoDBClient CreateClient() => LocalClient.Create(Endpoint);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
