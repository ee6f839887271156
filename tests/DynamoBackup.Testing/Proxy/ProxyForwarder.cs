using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DynamoBackup.Testing;

/// <summary>Sends an exchange's request to the real server and fills in the response, byte for byte.</summary>
internal sealed class ProxyForwarder(Uri upstream) : IDisposable
{
    // These belong to one connection, not to the message; the length follows from the body.
    private static readonly HashSet<string> ConnectionHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Content-Length",
    };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    public async Task ForwardAsync(ProxyExchange exchange)
    {
        using var request = NewRequest(exchange);
        using var response = await _http.SendAsync(request, exchange.Gone);
        exchange.SetUpstreamResponse((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(exchange.Gone));
        Copy(response.Headers.NonValidated, exchange.ResponseHeaders);
        Copy(response.Content.Headers.NonValidated, exchange.ResponseHeaders);

        // An answer to HEAD names the length of a body that isn't there.
        if (HttpMethods.IsHead(exchange.Method)) exchange.ResponseHeaders.ContentLength = response.Content.Headers.ContentLength;
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage NewRequest(ProxyExchange exchange)
    {
        // The request line must not be tidied up on its way: signatures cover it.
        var asItStands = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var address = new Uri(upstream.GetLeftPart(UriPartial.Authority) + exchange.Target, asItStands);
        var request = new HttpRequestMessage(new HttpMethod(exchange.Method), address);
        if (exchange.RequestBody.Length > 0 || HttpMethods.IsPost(exchange.Method) || HttpMethods.IsPut(exchange.Method))
            request.Content = new ByteArrayContent(exchange.RequestBody);
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            // Host stays the client's own: a signature covers it, and neither dynalite nor RadosGW minds.
            if (ConnectionHeaders.Contains(name)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        return request;
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from)
        {
            if (!ConnectionHeaders.Contains(name)) to[name] = new StringValues([.. values]);
        }
    }
}
