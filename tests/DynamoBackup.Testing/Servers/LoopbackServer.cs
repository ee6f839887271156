using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DynamoBackup.Testing;

/// <summary>A web server on a free port of this machine. Kestrel alone, without a host around it: a host would take Ctrl+C for itself.</summary>
internal sealed class LoopbackServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Func<HttpContext, Task> _answer;
    private readonly KestrelServer _server;

    private LoopbackServer(Func<HttpContext, Task> answer)
    {
        _answer = answer;
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, 0);
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance);
    }

    /// <summary>The address that clients talk to.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Starts a server whose every request gets the given answer.</summary>
    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> answer, CancellationToken cancellationToken)
    {
        var server = new LoopbackServer(answer);
        await server._server.StartAsync(server, cancellationToken);
        server.Endpoint = new Uri(server._server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout);
        await _server.StopAsync(deadline.Token);
        _server.Dispose();
    }

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context) => _answer(context);
}
