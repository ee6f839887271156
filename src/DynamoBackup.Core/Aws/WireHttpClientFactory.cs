using System.Net;
using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>
/// Makes the SDK's one HTTP client, with our own handler before the network. With a factory of one's own, the SDK leaves proxy, connections and time-outs
/// to that factory.
/// </summary>
internal sealed class WireHttpClientFactory(Func<HttpMessageHandler, HttpMessageHandler> handlerOver) : HttpClientFactory, IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <summary>DNS answers of the service's endpoints change; connections older than this are replaced.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly object _lock = new();
    private HttpClient? _client;

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        lock (_lock)
            return _client ??= Create(clientConfig);
    }

    /// <summary>Sends a request past the SDK, through the same handlers and connections as its own.</summary>
    /// <exception cref="InvalidOperationException">The SDK has sent nothing yet.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        (_client ?? throw new InvalidOperationException("There is no client yet.")).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private HttpClient Create(IClientConfig config)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectPatience,
            PooledConnectionLifetime = ConnectionLifetime,
            UseCookies = false,
        };
        if (config.GetWebProxy() is { } proxy)
            sockets.Proxy = proxy;
        if (config.ProxyCredentials is { } proxyCredentials)
            sockets.DefaultProxyCredentials = proxyCredentials;
        // The handler keeps its own time, per read: a whole transfer may take longer than any fixed limit.
        return new HttpClient(handlerOver(sockets)) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
