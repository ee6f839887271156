using Microsoft.AspNetCore.Http;

namespace DynamoBackup.Testing;

/// <summary>Sends an exchange's response to the client, with the faults that a hook asked for.</summary>
internal static class ProxyWriter
{
    public static async Task WriteAsync(ProxyExchange exchange, HttpContext context)
    {
        if (exchange.IsAborted)
        {
            context.Abort();
            return;
        }

        exchange.Seal();
        var response = context.Response;
        response.StatusCode = exchange.StatusCode;
        foreach (var (name, values) in exchange.ResponseHeaders) response.Headers[name] = values;
        if (HttpMethods.IsHead(exchange.Method) || exchange.StatusCode is 204 or 304) return;

        // Fewer bytes than promised make Kestrel send what there is and then close the connection.
        response.ContentLength = exchange.ResponseBody.Length;
        var body = exchange.ResponseBody.AsMemory(0, Math.Min(exchange.TruncateAt ?? int.MaxValue, exchange.ResponseBody.Length));
        if (exchange.PieceSize is { } size) await WritePiecesAsync(response, body, size, exchange);
        else await response.Body.WriteAsync(body, exchange.Gone);
    }

    private static async Task WritePiecesAsync(HttpResponse response, ReadOnlyMemory<byte> body, int size, ProxyExchange exchange)
    {
        for (; body.Length > 0; body = body[Math.Min(size, body.Length)..])
        {
            await response.Body.WriteAsync(body[..Math.Min(size, body.Length)], exchange.Gone);
            await response.Body.FlushAsync(exchange.Gone);
            await Task.Delay(exchange.PiecePause, exchange.Gone);
        }
    }
}
