using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DynamoBackup.Bench.Replay;
using DynamoBackup.Bench.Work;

namespace DynamoBackup.Bench.Harness;

/// <summary>A replay server in a process of its own, so that its work is not counted as the client's.</summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    private const string Ready = "READY ";
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly HttpClient _client;

    private ReplayServer(Process process, Uri endpoint, string? certificateFile)
    {
        (_process, Endpoint, CertificateFile) = (process, endpoint, certificateFile);
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (certificateFile is not null)
        {
            // It signed its certificate itself: that one and no other is trusted.
            var own = X509CertificateLoader.LoadCertificateFromFile(certificateFile).GetRawCertData();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && own.AsSpan().SequenceEqual(certificate.GetRawCertData());
        }

        _client = new HttpClient(handler) { BaseAddress = endpoint };
    }

    public Uri Endpoint { get; }

    /// <summary>The certificate that a client must trust; null without TLS.</summary>
    public string? CertificateFile { get; }

    public static async Task<ReplayServer> StartAsync(ReplayOptions options, string folder, CancellationToken cancellationToken)
    {
        var certificate = Path.Combine(folder, $"{Guid.NewGuid():N}.pem");
        var process = new Process { StartInfo = Self.Start([.. options.ToArguments(certificate)]).ToStartInfo(folder) };
        process.Start();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(StartPatience);
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (!line.StartsWith(Ready, StringComparison.Ordinal))
                    continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ReplayServer(process, new Uri(line[Ready.Length..].Trim()), options.Tls ? certificate : null);
            }

            throw new BenchException($"The replay server ended before it was ready. {Child.Tail(await errors)}");
        }
        catch
        {
            End(process);
            process.Dispose();
            throw;
        }
    }

    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsync(new Uri("/reset", UriKind.Relative), content: null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Creates a table with the key of the server's items.</summary>
    public async Task CreateTableAsync(string name, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            TableName = name,
            BillingMode = "PAY_PER_REQUEST",
            KeySchema = new[] { new { AttributeName = ReplayKey.Name, KeyType = "HASH" } },
            AttributeDefinitions = new[] { new { AttributeName = ReplayKey.Name, AttributeType = "S" } },
        });
        using var request = ScanClient.NewRequest("CreateTable", body);
        using var response = await _client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<ReplayStats> GetStatsAsync(CancellationToken cancellationToken) =>
        await _client.GetFromJsonAsync<ReplayStats>("/stats", JsonSerializerOptions.Web, cancellationToken)
            ?? throw new BenchException("The replay server told nothing about its work.");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        try
        {
            _process.StandardInput.Close();
            using var deadline = new CancellationTokenSource(EndPatience);
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            End(_process);
        }

        _process.Dispose();
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }
}

/// <summary>What a replay server has done since its counters were last set to zero.</summary>
internal sealed record ReplayStats(
    long ScanRequests, long ItemsScanned, long ScanBytes, long WriteRequests, long ItemsWritten, long MaxConcurrent, long Connections, double MeanLatencyMs, double CpuSeconds, double WriteSeconds);
