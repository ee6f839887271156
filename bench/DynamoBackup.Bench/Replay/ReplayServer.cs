using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// A DynamoDB whose answers are ready before they are asked for, so that a client's own speed is what a benchmark measures. It serves one
/// table, "Replay", and takes what is written to tables that are created in it.
/// </summary>
public sealed class ReplayServer : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly ConcurrentDictionary<long, Task> _connections = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ReplayStats _stats = new();
    private readonly ReplayCalls _calls;
    private readonly TimeSpan _latency;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    private ReplayServer(PageStore pages, TimeSpan latency, X509Certificate2? certificate)
    {
        _calls = new ReplayCalls(pages, _stats);
        _latency = latency;
        _certificate = certificate;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Address = new Uri($"{(certificate is null ? "http" : "https")}://{_listener.LocalEndPoint}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>Builds the pages and starts to serve on a free port of this machine.</summary>
    public static async Task<ReplayServer> StartAsync(ReplayOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Items, ReplayKey.Range);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PageBytes);
        var pages = await Task.Run(() => PageStore.Build(options), cancellationToken);
        var certificate = options.Tls ? ReplayCertificate.Create() : null;
        if (certificate is not null && options.CertificateFile is { } file)
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancellationToken);
        return new ReplayServer(pages, options.Latency, certificate);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _listener.Dispose();
        _certificate?.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var number = 1L; !_ended.IsCancellationRequested; number++)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var (key, serving) = (number, new TaskCompletionSource());
            _connections[key] = serving.Task;
            _ = Task.Run(async () =>
            {
                await ServeAsync(socket, key);
                _connections.TryRemove(key, out _);
                serving.SetResult();
            });
        }
    }

    private async Task ServeAsync(Socket socket, long number)
    {
        socket.NoDelay = true;
        await using var plain = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_certificate is null)
            {
                await new ReplayConnection(plain, number, _calls, _stats, _latency).RunAsync(_ended.Token);
                return;
            }

            await using var secure = new SslStream(plain);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ended.Token);
            await new ReplayConnection(secure, number, _calls, _stats, _latency).RunAsync(_ended.Token);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException)
        {
            // The client has gone or does not trust the certificate, or the server ends: there is nobody to tell.
        }
    }
}
