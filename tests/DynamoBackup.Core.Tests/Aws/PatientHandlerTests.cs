using System.Net;
using DynamoBackup.Aws;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>Silence is given up, slowness is not.</summary>
public sealed class PatientHandlerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(80);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_does_not_begin_is_given_up()
    {
        using var client = Client(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        });
        var exception = await Assert.ThrowsAsync<IOException>(() => client.GetAsync("http://server/", Cancellation));
        Assert.Contains("nothing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        using var client = Client((_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new SlowStream(3, stalls: true)) }));
        using var response = await client.GetAsync("http://server/", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[10];
        for (var read = 0; read < 3; read++)
            Assert.Equal(1, await body.ReadAsync(buffer, Cancellation));
        await Assert.ThrowsAsync<IOException>(async () => _ = await body.ReadAsync(buffer.AsMemory(), Cancellation));
    }

    [Fact]
    public async Task A_body_that_is_slow_but_comes_is_read_to_its_end()
    {
        using var client = Client((_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new SlowStream(15, stalls: false)) }));
        using var response = await client.GetAsync("http://server/", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(15, (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length);
    }

    [Fact]
    public async Task A_request_that_is_sent_slowly_has_the_time_it_needs()
    {
        using var client = Client(async (request, cancellation) =>
        {
            using var sent = new MemoryStream();
            await request.Content!.CopyToAsync(sent, cancellation);
            return new HttpResponseMessage { Content = new ByteArrayContent(sent.ToArray()) };
        });
        // Twice as long as the patience, but never silent for so long.
        using var content = new StreamContent(new SlowStream(15, stalls: false), bufferSize: 1);
        using var response = await client.PostAsync("http://server/", content, Cancellation);
        Assert.Equal(15, (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length);
    }

    [Fact]
    public async Task A_request_that_nobody_takes_is_given_up()
    {
        using var client = Client(async (request, cancellation) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellation);
            return new HttpResponseMessage();
        });
        using var content = new StreamContent(new SlowStream(2, stalls: true), bufferSize: 1);
        await Assert.ThrowsAsync<IOException>(() => client.PostAsync("http://server/", content, Cancellation));
    }

    [Fact]
    public async Task Whoever_cancels_gets_a_cancellation_and_no_error()
    {
        using var cancelled = new CancellationTokenSource(Step);
        using var client = Client(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new HttpResponseMessage();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("http://server/", cancelled.Token));
    }

    [Fact]
    public async Task The_answers_headers_are_kept()
    {
        using var client = Client((_, _) =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(new byte[5]) };
            response.Content.Headers.TryAddWithoutValidation("Content-Range", "bytes 5-9/10");
            return Task.FromResult(response);
        });
        using var response = await client.GetAsync("http://server/", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal((5L, "bytes 5-9/10"), (response.Content.Headers.ContentLength, response.Content.Headers.ContentRange?.ToString()));
    }

    private static HttpClient Client(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> server) =>
        new(new PatientHandler(Patience, new Server(server))) { Timeout = Timeout.InfiniteTimeSpan };

    private sealed class Server(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }

    /// <summary>Gives one byte at a time, and then nothing: an end, or none at all.</summary>
    private sealed class SlowStream(int length, bool stalls) : MemoryStream(new byte[length])
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Position == Length && stalls ? Timeout.InfiniteTimeSpan : Step, cancellationToken);
            return Read(buffer.Span[..Math.Min(1, buffer.Length)]);
        }
    }
}
