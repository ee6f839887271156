using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>Calls of the stand-in's own to the DynamoDB behind it, as bytes.</summary>
internal sealed class UpstreamCalls(Uri upstream) : IDisposable
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 });

    /// <summary>An item as it is now; null where there is none.</summary>
    public async Task<JsonNode?> GetItemAsync(string table, JsonObject key, CancellationToken cancellationToken) =>
        (await CallAsync("GetItem", new JsonObject { ["TableName"] = table, ["Key"] = key.DeepClone(), ["ConsistentRead"] = true }, cancellationToken))["Item"];

    /// <summary>Makes a call that must succeed.</summary>
    /// <exception cref="StandInErrorException">It did not.</exception>
    public async Task<JsonNode> CallAsync(string operation, JsonObject request, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(operation, Encoding.UTF8.GetBytes(request.ToJsonString(ProxyExchange.DeepWriting)), cancellationToken);
        var answer = JsonNode.Parse(body, documentOptions: Deep)!;
        return status == 200 ? answer : throw new StandInErrorException(((string?)answer["__type"] ?? "").Split('#')[^1], (string?)(answer["message"] ?? answer["Message"]) ?? "");
    }

    /// <summary>Makes a call.</summary>
    public async Task<(int Status, byte[] Body)> SendAsync(string operation, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=standin/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0");
        using var response = await _http.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public void Dispose() => _http.Dispose();
}
