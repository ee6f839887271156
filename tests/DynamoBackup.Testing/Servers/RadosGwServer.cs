using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace DynamoBackup.Testing;

/// <summary>
/// An S3 on this machine: Ceph's gateway over a one-node cluster in memory. Its processes end with this object, and also when this process
/// is killed.
/// </summary>
public sealed class RadosGwServer : IAsyncDisposable
{
    public const string Region = "us-east-1";

    /// <summary>A key that the gateway's own key store for tests holds.</summary>
    public const string KmsKeyId = "testkey-1";

    private const int StartAttempts = 4;
    private static readonly string[] Programs = ["bash", "radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool"];
    private static int _buckets;

    private readonly TempFolder _folder;
    private readonly ServerProcess _process;

    private RadosGwServer(TempFolder folder, int port, ServerProcess process)
    {
        _folder = folder;
        _process = process;
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        ProcessIds = [.. process.ReadyLine.Split(' ').Skip(1).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
    }

    /// <summary>The gateway's address, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>The keys of the user who may do everything.</summary>
    public string AccessKey => "testkey";

    public string SecretKey => "testsecret";

    /// <summary>The keys of a user who owns nothing.</summary>
    public string OtherAccessKey => "otherkey";

    public string OtherSecretKey => "othersecret";

    /// <summary>The ids of the monitor's, the object store's and the gateway's processes.</summary>
    public IReadOnlyList<int> ProcessIds { get; }

    /// <summary>What keeps this server from running here, with the way out; null where nothing does.</summary>
    public static string? WhyMissing() => Programs.All(program => ChildProcess.Find(program) is not null)
        ? null
        : "RadosGW is not installed; Debian: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common";

    public static async Task<RadosGwServer> StartAsync(CancellationToken cancellationToken = default)
    {
        if (WhyMissing() is { } missing) throw new ServerStartException(missing);
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder("rgw-");
            try
            {
                return await StartAsync(folder, cancellationToken);
            }
            catch (ServerStartException) when (attempt < StartAttempts)
            {
                // Most likely someone else took a port since it was found free.
                folder.Dispose();
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }
    }

    /// <summary>A client of the user who may do everything, for what a test prepares and what it looks at afterwards.</summary>
    public AmazonS3Client CreateClient() => new(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
    {
        ServiceURL = Endpoint.AbsoluteUri,
        AuthenticationRegion = Region,
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        MaxErrorRetry = 3,
    });

    /// <summary>Creates a bucket that no other test has.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> NewBucketAsync(CancellationToken cancellationToken = default)
    {
        using var client = CreateClient();
        var name = $"bucket-{Environment.ProcessId}-{Interlocked.Increment(ref _buckets)}";
        await client.PutBucketAsync(name, cancellationToken);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<RadosGwServer> StartAsync(TempFolder folder, CancellationToken cancellationToken)
    {
        var (port, monitorPort) = FreePorts();
        var script = Path.Combine(Path.GetDirectoryName(typeof(RadosGwServer).Assembly.Location)!, "Servers", "serve-radosgw.sh");
        string[] arguments = [script, folder.Path, port.ToString(CultureInfo.InvariantCulture), monitorPort.ToString(CultureInfo.InvariantCulture)];
        return new RadosGwServer(folder, port, await ServerProcess.StartAsync("RadosGW", new ProcessStartInfo("bash", arguments), cancellationToken));
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
