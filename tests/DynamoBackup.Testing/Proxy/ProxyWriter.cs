using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoBackup.Testing;

/// <summary>Sends an exchange's response to the client, with the faults that a hook asked for.</summary>
internal static class ProxyWriter
{
    /// <summary>How long bytes may take to leave before the connection is cut.</summary>
    private static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(20);

    public static async Task WriteAsync(ProxyExchange exchange, HttpContext context)
    {
        if (exchange.IsAborted)
        {
            context.Abort();
            return;
        }

        exchange.Seal();
        if (exchange.CutInHeaders)
        {
            await CutInHeadersAsync(exchange, context);
            return;
        }

        var response = context.Response;
        response.StatusCode = exchange.StatusCode;
        foreach (var (name, values) in exchange.ResponseHeaders) response.Headers[name] = values;
        if (HttpMethods.IsHead(exchange.Method) || exchange.StatusCode is 204 or 304) return;

        // Fewer bytes than promised make Kestrel send what there is and then close the connection.
        response.ContentLength = exchange.ResponseBody.Length;
        var body = exchange.ResponseBody.AsMemory(0, Math.Min(exchange.TruncateAt ?? int.MaxValue, exchange.ResponseBody.Length));
        if (exchange.StallAt is { } stall) await StallAsync(response, body[..Math.Min(stall, body.Length)], exchange);
        else if (exchange.PieceSize is { } size) await WritePiecesAsync(response, body, size, exchange);
        else await response.Body.WriteAsync(body, exchange.Gone);
    }

    private static async Task StallAsync(HttpResponse response, ReadOnlyMemory<byte> body, ProxyExchange exchange)
    {
        await response.Body.WriteAsync(body, exchange.Gone);
        await response.Body.FlushAsync(exchange.Gone);
        await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Gone);
    }

    private static async Task CutInHeadersAsync(ProxyExchange exchange, HttpContext context)
    {
        // Kestrel sends headers whole or not at all; the connection below takes any bytes.
        var connection = context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {exchange.StatusCode} OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amz-cr"), exchange.Gone);
        await Task.Delay(Delivery, exchange.Gone);
        context.Abort();
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
