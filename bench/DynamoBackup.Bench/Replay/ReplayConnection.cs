using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Unicode;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// One client's connection. Plain HTTP/1.1 by hand: a page goes from its array to the socket, while a web server would first copy it into blocks
/// of its own, at twice the price, and the client is to be the bottleneck.
/// </summary>
/// <param name="stream">The connection.</param>
/// <param name="number">Its number.</param>
/// <param name="calls">Answers DynamoDB's calls.</param>
/// <param name="stats">Counts them.</param>
/// <param name="latency">How long every answer waits.</param>
internal sealed class ReplayConnection(Stream stream, long number, ReplayCalls calls, ReplayStats stats, TimeSpan latency)
{
    private const int LongestHead = 64 << 10;
    private const string DynamoJson = "application/x-amz-json-1.0";
    private const string PlainJson = "application/json";

    private readonly byte[] _out = new byte[16 << 10];
    private byte[] _in = new byte[32 << 10];
    private int _start;
    private int _end;
    private long _requests;

    /// <summary>Answers requests until the client goes, or says what cannot be understood.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var closes = false;
        while (!closes && await FindHeadAsync(cancellationToken) is var length and > 0)
        {
            HttpHead head;
            try
            {
                head = HttpHead.Read(_in.AsSpan(_start, length));
            }
            catch (FormatException exception)
            {
                await SendAsync(DynamoAnswer.Of(DynamoRefusal.Malformed(exception.Message).ToJson(), 400), PlainJson, cancellationToken);
                return;
            }

            _start += length + 2;
            if (head.ExpectsContinue)
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
            while (_end - _start < head.ContentLength)
            {
                if (!await FillAsync(head.ContentLength, cancellationToken))
                    return;
            }

            await AnswerAsync(head, cancellationToken);
            closes = head.Closes;
        }
    }

    /// <summary>Reads until a head is whole.</summary>
    /// <returns>Its length with the last line's end; 0 where none comes.</returns>
    private async ValueTask<int> FindHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _in.AsSpan(_start, _end - _start).IndexOf(HttpHead.End);
            if (length >= 0)
                return length + 2;
            if (_end - _start > LongestHead || !await FillAsync(_end - _start + 1, cancellationToken))
                return 0;
        }
    }

    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_start + wanted > _in.Length)
        {
            var target = wanted > _in.Length ? new byte[Math.Max(wanted, 2 * _in.Length)] : _in;
            _in.AsSpan(_start, _end - _start).CopyTo(target);
            (_in, _start, _end) = (target, 0, _end - _start);
        }

        var read = await stream.ReadAsync(_in.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    private ValueTask AnswerAsync(HttpHead head, CancellationToken cancellationToken)
    {
        var body = _in.AsMemory(_start, head.ContentLength);
        _start += head.ContentLength;
        switch (head.Method, head.Path)
        {
            case ("POST", "/"):
                return AnswerCallAsync(head.Target, body, cancellationToken);
            case ("GET", "/stats"):
                return SendAsync(DynamoAnswer.Of(stats.ToJson()), PlainJson, cancellationToken);
            case ("POST", "/reset"):
                stats.Reset();
                return SendAsync(DynamoAnswer.Of("{}"u8.ToArray()), PlainJson, cancellationToken);
            default:
                return SendAsync(DynamoAnswer.Of(DynamoRefusal.Unknown().ToJson(), 404), PlainJson, cancellationToken);
        }
    }

    private async ValueTask AnswerCallAsync(string target, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        stats.Begin(number);
        DynamoAnswer answer = default;
        try
        {
            answer = calls.Answer(target, body.Span);
            if (latency > TimeSpan.Zero)
                await Task.Delay(latency, cancellationToken);
            stats.Answering(begun);
            await SendAsync(answer, DynamoJson, cancellationToken);
        }
        finally
        {
            stats.End();
            if (answer.Rented is { } rented)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async ValueTask SendAsync(DynamoAnswer answer, string contentType, CancellationToken cancellationToken)
    {
        var length = WriteHead(answer, contentType);
        // The beginning of the body goes with the head, or clients would wake twice.
        var first = answer.Body[..Math.Min(answer.Body.Length, _out.Length - length)];
        first.CopyTo(_out.AsMemory(length));
        await stream.WriteAsync(_out.AsMemory(0, length + first.Length), cancellationToken);
        if (first.Length < answer.Body.Length)
            await stream.WriteAsync(answer.Body[first.Length..], cancellationToken);
        if (answer.Tail.Length > 0)
            await stream.WriteAsync(answer.Tail, cancellationToken);
    }

    private int WriteHead(DynamoAnswer answer, string contentType)
    {
        var reason = answer.Status == 200 ? "OK" : answer.Status == 404 ? "Not Found" : "Bad Request";
        return Utf8.TryWrite(
            _out,
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {answer.Status} {reason}\r\nDate: {DateTime.UtcNow:R}\r\nContent-Type: {contentType}\r\nContent-Length: {answer.Length}\r\nx-amz-crc32: {answer.Crc}\r\nx-amzn-RequestId: {number:D20}{++_requests:D32}\r\n\r\n",
            out var written)
            ? written
            : throw new InvalidOperationException("The head is longer than its buffer.");
    }
}
