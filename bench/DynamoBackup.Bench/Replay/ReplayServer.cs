using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// A DynamoDB whose answers are ready before they are asked for, so that a client's own speed is what a benchmark measures. It serves one
/// table, "Replay", and takes what is written to tables that are created in it.
/// </summary>
public sealed class ReplayServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _services;
    private readonly IServer _server;
    private readonly X509Certificate2? _certificate;

    private ReplayServer(WebApplication services, X509Certificate2? certificate)
    {
        _services = services;
        _certificate = certificate;
        _server = services.Services.GetRequiredService<IServer>();
    }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Builds the pages and starts to serve on a free port of this machine.</summary>
    public static async Task<ReplayServer> StartAsync(ReplayOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Items, ReplayKey.Range);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PageBytes);
        var pages = await Task.Run(() => PageStore.Build(options), cancellationToken);
        var stats = new ReplayStats();
        var certificate = options.Tls ? ReplayCertificate.Create() : null;
        if (certificate is not null && options.CertificateFile is { } file)
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), cancellationToken);
        var server = new ReplayServer(Configure(certificate), certificate);
        try
        {
            await server._server.StartAsync(new ReplayApplication(new ReplayCalls(pages, stats), stats, options.Latency), cancellationToken);
            server.Address = new Uri(server._server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout);
        await _server.StopAsync(deadline.Token);
        await _services.DisposeAsync();
        _certificate?.Dispose();
    }

    /// <summary>Only the server is taken from it and started by hand: a host would put its pipeline before each request, and take Ctrl+C for itself.</summary>
    private static WebApplication Configure(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestBufferSize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        return builder.Build();
    }
}
