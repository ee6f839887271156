using System.Reflection;
using Amazon.DynamoDBv2;
using DynamoBackup.PowerShellHost;
using DynamoBackup.Testing;

namespace DynamoBackup.Quickstart;

/// <summary>Everything the story plays on: a local server with streams, a filled table, a folder, and PowerShell with the module in it.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The table that is there from the start.</summary>
    public const string TableName = "Orders";

    private const int PlainOrders = 2_000;

    private readonly TempFolder _folder = new("dynamobackup-quickstart-");
    private readonly DynaliteServer _server;
    private readonly StreamStandIn _streams;
    private readonly CancellationTokenRegistration _stop;

    private Stage(DynaliteServer server, StreamStandIn streams, CancellationToken stop)
    {
        (_server, _streams) = (server, streams);
        LocalEnvironment.Use(streams.Endpoint, _folder.Path);
        Client = streams.CreateClient();
        Store = Directory.CreateDirectory(_folder.Combine("backups")).FullName;
        SecondStore = _folder.Combine("second");
        Shell = new HostedPowerShell(Console.Out);
        _stop = stop.Register(Shell.Stop);
    }

    /// <summary>A client of the local server, which knows nothing of the module.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>PowerShell with the module imported.</summary>
    public HostedPowerShell Shell { get; }

    /// <summary>The folder that backups go to.</summary>
    public string Store { get; }

    /// <summary>Another folder for backups, which is not there yet.</summary>
    public string SecondStore { get; }

    /// <summary>Number of items in the table.</summary>
    public long ItemCount { get; private set; }

    /// <summary>Installs and starts the server, fills the table and imports the module.</summary>
    /// <param name="log">Takes what is worth telling while it takes its time.</param>
    /// <param name="cancellationToken">Stops that, and later whatever PowerShell runs.</param>
    public static async Task<Stage> SetAsync(Action<string> log, CancellationToken cancellationToken)
    {
        var server = await DynaliteServer.StartAsync(log, cancellationToken);
        StreamStandIn streams;
        try
        {
            streams = await StreamStandIn.StartAsync(server.Endpoint, cancellationToken: cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        var stage = new Stage(server, streams, cancellationToken);
        try
        {
            await SampleTables.CreateAsync(stage.Client, TableName, TableShape.HashOnly with { GlobalIndex = true }, cancellationToken);
            stage.ItemCount = await SampleTables.FillAsync(
                stage.Client, TableName, AwkwardItems.All().Concat(MixedItems.Create(PlainOrders)), cancellationToken: cancellationToken);
            stage.Shell.ImportModule(ModuleManifest());
            stage.Shell.SetVariable("store", stage.Store);
            stage.Shell.SetVariable("second", stage.SecondStore);
            stage.Shell.SetVariable("endpoint", stage._streams.Endpoint.AbsoluteUri);
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }

        return stage;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.DisposeAsync();
        Shell.Dispose();
        Client.Dispose();
        await _streams.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static string ModuleManifest() =>
        typeof(Stage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static metadata => metadata.Key == "ModuleManifest").Value!;
}
