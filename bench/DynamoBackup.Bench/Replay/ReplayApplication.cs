using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// What Kestrel calls for each request: no context, routing, middleware or logging between, since the client is to be the bottleneck.
/// </summary>
internal sealed class ReplayApplication(ReplayCalls calls, ReplayStats stats, TimeSpan latency) : IHttpApplication<IFeatureCollection>
{
    /// <summary>Bytes handed on at once: small enough that they are still in the processor's cache when they are sent.</summary>
    private const int ChunkBytes = 128 << 10;

    private long _requests;

    /// <inheritdoc/>
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    /// <inheritdoc/>
    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        switch (request.Method, request.Path)
        {
            case ("POST", "/"):
                return AnswerAsync(context, request);
            case ("GET", "/stats"):
                return SendAsync(context, DynamoAnswer.Of(stats.ToJson()), "application/json");
            case ("POST", "/reset"):
                stats.Reset();
                return SendAsync(context, DynamoAnswer.Of("{}"u8.ToArray()), "application/json");
            default:
                return SendAsync(context, DynamoAnswer.Of(DynamoRefusal.Unknown().ToJson(), 404), "application/json");
        }
    }

    private async Task AnswerAsync(IFeatureCollection context, IHttpRequestFeature request)
    {
        var begun = Stopwatch.GetTimestamp();
        stats.Begin(context.GetRequiredFeature<IHttpConnectionFeature>().ConnectionId);
        try
        {
            var reader = context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
            var body = await ReadAsync(reader);
            var answer = calls.Answer(request.Headers["X-Amz-Target"].ToString(), body);
            reader.AdvanceTo(body.End);
            if (latency > TimeSpan.Zero)
                await Task.Delay(latency);
            stats.Answering(begun);
            await SendAsync(context, answer, "application/x-amz-json-1.0");
            if (answer.Rented is { } rented)
                ArrayPool<byte>.Shared.Return(rented);
        }
        finally
        {
            stats.End();
        }
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
                return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task SendAsync(IFeatureCollection context, DynamoAnswer answer, string contentType)
    {
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = answer.Status;
        response.Headers.ContentType = contentType;
        response.Headers.ContentLength = answer.Length;
        response.Headers["x-amz-crc32"] = answer.Crc.ToString(CultureInfo.InvariantCulture);
        response.Headers["x-amzn-RequestId"] = Interlocked.Increment(ref _requests).ToString("D52", CultureInfo.InvariantCulture);
        var writer = context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        for (var rest = answer.Body; rest.Length > 0;)
        {
            var chunk = rest[..Math.Min(rest.Length, ChunkBytes)];
            rest = rest[chunk.Length..];
            if ((await writer.WriteAsync(chunk)).IsCompleted)
                return;
        }

        if (answer.Tail.Length > 0)
            await writer.WriteAsync(answer.Tail);
    }
}
