using System.Globalization;
using System.Net;
using DynamoBackup.Wire;
using Crc32 = System.IO.Hashing.Crc32;

namespace DynamoBackup.Aws;

/// <summary>
/// Sits between the SDK and the network. For a call with a <see cref="WireExchange"/> it puts in the request's bytes and signs them
/// again, reads the whole response, checks its CRC32 and slices the wanted array out. What fails here fails inside the SDK's retry.
/// </summary>
internal sealed class WireHandler(SigningCredentials credentials, TimeSpan longestSilence, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string CrcHeader = "x-amz-crc32";
    private static readonly byte[] EmptyObject = [.. "{}"u8];

    /// <summary>Longest response read. DynamoDB's pages hold 1 MB of items (BatchGetItem's 16 MB), and their JSON a few times that.</summary>
    private const int MaxResponseBytes = 256 << 20;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = WireExchange.Current;
        if (exchange?.RequestBody is { } body)
            RequestSigner.Replace(request, body, credentials, exchange.Target);
        exchange?.Send();
        using var silence = new Silence(longestSilence, cancellationToken);
        if (request.Content is { } content)
            request.Content = new WatchedContent(content, silence.Break);
        try
        {
            var response = await base.SendAsync(request, silence.Token);
            if (exchange is null || response.StatusCode != HttpStatusCode.OK)
                await PatientStream.GuardAsync(response, longestSilence, cancellationToken);
            if (!response.IsSuccessStatusCode)
                await TokenMask.ApplyAsync(request, response, cancellationToken);
            if (exchange is null)
                return response;
            exchange.Reset();
            exchange.ServerDate = response.Headers.Date ?? exchange.ServerDate;
            if (response.StatusCode == HttpStatusCode.OK)
                await ReadAsync(request, response, exchange, silence);
            else if (exchange.Throttled is { } throttled && await IsThrottlingAsync(response.Content, cancellationToken))
                throttled();
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence.Failure(longestSilence);
        }
    }

    private static async Task<bool> IsThrottlingAsync(HttpContent content, CancellationToken cancellationToken) =>
        // The content keeps what is read of it this way, and the SDK reads it again.
        AwsErrors.IsThrottling(await content.ReadAsByteArrayAsync(cancellationToken));

    private static async Task ReadAsync(HttpRequestMessage request, HttpResponseMessage response, WireExchange exchange, Silence silence)
    {
        var length = await ReadBodyAsync(response.Content, exchange, silence);
        var body = exchange.Grow(length).AsMemory(0, length);
        var whole = false;
        if (response.Headers.TryGetValues(CrcHeader, out var values))
        {
            CheckCrc(body.Span, values.First());
            // The SDK would check again, at several times the price.
            response.Headers.Remove(CrcHeader);
            whole = true;
        }

        exchange.Complete(length);
        var hollow = Hollow(body.Span, exchange, whole);
        exchange.Hollow = hollow;
        var content = new ByteArrayContent(exchange.Target is null ? hollow : EmptyObject);
        foreach (var header in response.Content.Headers.Where(header => header.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        response.Content.Dispose();
        response.Content = content;
        if (exchange.Repeats)
            exchange.Template ??= RequestTemplate.TryTake(request);
    }

    private static async Task<int> ReadBodyAsync(HttpContent content, WireExchange exchange, Silence silence)
    {
        await using var stream = await content.ReadAsStreamAsync(silence.Token);
        var expected = content.Headers.ContentLength;
        var buffer = exchange.Grow((int)Math.Clamp(expected ?? 0, 16 * 1024, MaxResponseBytes));
        var length = 0;
        int count;
        while ((count = await stream.ReadAsync(buffer.AsMemory(length), silence.Token)) > 0)
        {
            length += count;
            silence.Break();
            if (length < buffer.Length)
                continue;
            if (length >= MaxResponseBytes)
                throw new DynamoBackupException(BackupErrorCode.RequestRefused, $"The endpoint's response is larger than {MaxResponseBytes:N0} bytes, which DynamoDB's never is. Check what the endpoint is.");
            buffer = exchange.Grow(length * 2);
        }

        return expected is { } whole && whole != length
            ? throw new IOException($"The response was cut: {length:N0} of {whole:N0} bytes arrived.")
            : length;
    }

    private static void CheckCrc(ReadOnlySpan<byte> body, string header)
    {
        if (uint.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var expected) && Crc32.HashToUInt32(body) != expected)
            throw new IOException("The response's CRC32 is not the one that its header gives: it was damaged on the way.");
    }

    private static byte[] Hollow(ReadOnlySpan<byte> body, WireExchange exchange, bool whole)
    {
        try
        {
            var start = JsonArrayFinder.Find(body, exchange.ArrayPath);
            if (start < 0)
                return body.ToArray();
            var end = JsonSlicer.SliceElements(body, start, exchange.Elements);
            return [.. body[..(start + 1)], .. body[(end - 1)..]];
        }
        catch (FormatException exception) when (whole)
        {
            throw new DynamoBackupException(BackupErrorCode.RequestRefused, $"The endpoint's response is not well-formed JSON ({exception.Message.TrimEnd('.')}), though its checksum is right. Check that the endpoint is DynamoDB.", null, exception);
        }
        catch (FormatException exception)
        {
            throw new IOException($"The response is not well-formed JSON: {exception.Message}", exception);
        }
    }
}
