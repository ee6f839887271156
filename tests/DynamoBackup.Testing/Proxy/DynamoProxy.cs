using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoBackup.Testing;

/// <summary>
/// Stands between a client and a real server, DynamoDB's or S3's, forwards byte for byte, and lets a test see and spoil what passes. Hooks may run for many
/// requests at once; one that throws answers its request with an error that carries the message and that no client retries.
/// </summary>
public sealed class DynamoProxy : IAsyncDisposable
{
    private readonly ProxyForwarder _forwarder;
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _number;
    private int _disposed;
    private LoopbackServer _server = null!;

    private DynamoProxy(Uri upstream) => _forwarder = new ProxyForwarder(upstream);

    /// <summary>The address that clients talk to.</summary>
    public Uri Endpoint => _server.Endpoint;

    /// <summary>Runs before a request is forwarded.</summary>
    public Func<ProxyExchange, Task>? OnRequest { get; set; }

    /// <summary>Runs when the server has answered, before the client gets to see it.</summary>
    public Func<ProxyExchange, Task>? OnResponse { get; set; }

    /// <summary>How many requests of each operation have come in so far.</summary>
    public IReadOnlyDictionary<string, int> Requests => new Dictionary<string, int>(_requests);

    public static async Task<DynamoProxy> StartAsync(Uri upstream, CancellationToken cancellationToken = default)
    {
        var proxy = new DynamoProxy(upstream);
        proxy._server = await LoopbackServer.StartAsync(proxy.AnswerAsync, cancellationToken);
        return proxy;
    }

    /// <summary>How many requests of one operation have come in so far.</summary>
    public int RequestCount(string operation) => _requests.GetValueOrDefault(operation);

    /// <summary>Starts the counts anew.</summary>
    public void ResetCounts() => _requests.Clear();

    /// <summary>A client that talks through this proxy, with made-up credentials.</summary>
    public AmazonDynamoDBClient CreateClient() => LocalClient.Create(Endpoint);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _forwarder.Dispose();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            var exchange = await ReadAsync(context, gone.Token);
            await PassAsync(exchange);
            await ProxyWriter.WriteAsync(exchange, context);
        }
        catch (Exception e) when (gone.IsCancellationRequested && e is OperationCanceledException or IOException or HttpRequestException)
        {
            // Nobody is left to answer.
            context.Abort();
        }
    }

    private async Task PassAsync(ProxyExchange exchange)
    {
        try
        {
            if (OnRequest is { } onRequest) await onRequest(exchange);
            if (exchange.IsAborted || exchange.IsAnswered) return;
            await _forwarder.ForwardAsync(exchange);
            if (OnResponse is { } onResponse) await onResponse(exchange);
        }
        catch (HttpRequestException e) when (!exchange.Gone.IsCancellationRequested)
        {
            exchange.Respond(DynamoErrors.Error(502, "BadGateway", $"The proxy got no answer from the server behind it: {e.Message}"));
        }
        catch (Exception e) when (!exchange.Gone.IsCancellationRequested)
        {
            exchange.Respond(DynamoErrors.Error(400, "ProxyHookFailed", $"The test's own hook failed: {e}"));
        }
    }

    private async Task<ProxyExchange> ReadAsync(HttpContext context, CancellationToken gone)
    {
        var request = context.Request;
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(body, gone);
        var bytes = body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();

        var operation = request.Headers["X-Amz-Target"].ToString();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        operation = operation.Length > 0 ? operation[(operation.LastIndexOf('.') + 1)..] : S3Operation.NameOf(request.Method, target);
        var number = Interlocked.Increment(ref _number);
        var operationNumber = _requests.AddOrUpdate(operation, 1, static (_, count) => count + 1);
        var exchange = new ProxyExchange(number, operationNumber, operation, request.Method, target, bytes, gone);
        foreach (var (name, values) in request.Headers) exchange.RequestHeaders[name] = values;
        return exchange;
    }
}
