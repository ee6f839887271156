using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
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
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static int _buckets;

    private readonly TempFolder _folder = new("rgw-");
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private RadosGwServer(int port, int monitorPort)
    {
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        var script = Path.Combine(Path.GetDirectoryName(typeof(RadosGwServer).Assembly.Location)!, "Servers", "serve-radosgw.sh");
        string[] arguments = [script, _folder.Path, port.ToString(CultureInfo.InvariantCulture), monitorPort.ToString(CultureInfo.InvariantCulture)];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("bash", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
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
    public IReadOnlyList<int> ProcessIds { get; private set; } = [];

    /// <summary>What keeps this server from running here, with the way out; null where nothing does.</summary>
    public static string? WhyMissing() => Programs.All(program => ChildProcess.Find(program) is not null)
        ? null
        : "RadosGW is not installed; Debian: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common";

    public static async Task<RadosGwServer> StartAsync(CancellationToken cancellationToken = default)
    {
        if (WhyMissing() is { } missing) throw new ServerStartException(missing);
        for (var attempt = 1; ; attempt++)
        {
            var (port, monitorPort) = FreePorts();
            var server = new RadosGwServer(port, monitorPort);
            try
            {
                await server.RunAsync(cancellationToken);
                return server;
            }
            catch (ServerStartException) when (attempt < StartAttempts)
            {
                // Most likely someone else took a port since it was found free.
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
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
        if (IsStarted()) await StopAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        ChildProcess.Start(_process);
        _process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            if ((await _process.StandardOutput.ReadLineAsync(deadline.Token))?.Split(' ') is ["ready", .. var ids])
            {
                ProcessIds = [.. ids.Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
                return;
            }

            await _process.WaitForExitAsync(deadline.Token);
            throw new ServerStartException($"RadosGW did not start. {Errors()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerStartException($"RadosGW did not answer within {StartTimeout.TotalSeconds:0} seconds. {Errors()}");
        }
    }

    private bool IsStarted()
    {
        try
        {
            return !_process.HasExited;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task StopAsync()
    {
        // The script ends its daemons when its input ends.
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private string Errors()
    {
        lock (_errors) return _errors.Length == 0 ? "It gave no reason." : $"It said:{Environment.NewLine}{_errors.ToString().Trim()}";
    }
}
