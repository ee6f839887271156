using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace DynamoBackup.Bench.Work;

/// <summary>Scans one segment with nothing but HTTP, into one buffer that is used again for each page.</summary>
internal sealed class ScanClient(HttpClient client, string table, int segment, int segments)
{
    private static readonly MediaTypeHeaderValue Json = new("application/x-amz-json-1.0");

    private byte[] _buffer = new byte[2 << 20];
    private int _length;
    private string? _lastKey;

    /// <summary>The page read last.</summary>
    public ReadOnlyMemory<byte> Page => _buffer.AsMemory(0, _length);

    /// <summary>Items of the page read last.</summary>
    public long Count { get; private set; }

    /// <summary>A client that keeps as many connections as there are requests under way.</summary>
    public static HttpClient NewClient(string endpoint) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(endpoint) };

    /// <summary>A request of DynamoDB's protocol. Nobody checks its signature.</summary>
    public static HttpRequestMessage NewRequest(string operation, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("X-Amz-Target", $"DynamoDB_20120810.{operation}");
        return request;
    }

    /// <summary>Reads the next page.</summary>
    /// <returns>False if it was the segment's last.</returns>
    public async Task<bool> NextAsync()
    {
        var start = _lastKey is null ? "" : $",\"ExclusiveStartKey\":{_lastKey}";
        var body = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"TableName\":\"{table}\",\"Segment\":{segment},\"TotalSegments\":{segments}{start}}}"));
        using var request = NewRequest("Scan", body);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await ReadAsync(await response.Content.ReadAsStreamAsync());
        Count = FindCount();
        _lastKey = FindLastKey();
        return _lastKey is not null;
    }

    private async Task ReadAsync(Stream stream)
    {
        _length = 0;
        while (true)
        {
            if (_length == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await stream.ReadAsync(_buffer.AsMemory(_length));
            if (read == 0)
                return;
            _length += read;
        }
    }

    /// <summary>The number behind the page's own "Count": an attribute of that name would be followed by an object.</summary>
    private long FindCount()
    {
        ReadOnlySpan<byte> name = "\"Count\":"u8;
        var head = Page.Span[..Math.Min(256, _length)];
        var at = head.IndexOf(name);
        var rest = at >= 0 && char.IsAsciiDigit((char)head[at + name.Length]) ? head[(at + name.Length)..] : Page.Span[(Page.Span.LastIndexOf(name) + name.Length)..];
        return Utf8Parser.TryParse(rest, out long count, out _) ? count : throw new InvalidDataException("The page does not say how many items it holds.");
    }

    private string? FindLastKey()
    {
        ReadOnlySpan<byte> name = "\"LastEvaluatedKey\":"u8;
        var near = Page.Span[Math.Max(0, _length - 4096)..];
        var at = near.LastIndexOf(name);
        if (at < 0)
        {
            near = Page.Span[..Math.Min(4096, _length)];
            at = near.IndexOf(name);
        }

        return at < 0 ? null : ReadObject(near[(at + name.Length)..]);
    }

    private static string ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new System.Text.Json.Utf8JsonReader(json, isFinalBlock: false, default);
        reader.Read();
        return reader.TrySkip()
            ? Encoding.UTF8.GetString(json[..(int)reader.BytesConsumed])
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A key of {json.Length} bytes does not end."));
    }
}
