using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>DynamoDB's and its streams' calls as bare HTTP, with a signature that no local server looks at.</summary>
internal sealed class RawDynamo(Uri endpoint) : IDisposable
{
    public const string Tables = "DynamoDB_20120810";
    public const string Streams = "DynamoDBStreams_20120810";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = endpoint };

    public Task<JsonNode> TableAsync(string operation, JsonObject request) => SendAsync(Tables, operation, request);

    public Task<JsonNode> StreamAsync(string operation, JsonObject request) => SendAsync(Streams, operation, request);

    /// <summary>Makes a call that is refused.</summary>
    /// <returns>The error's name.</returns>
    public async Task<string> RefusedAsync(string operation, JsonObject request, string service = Streams)
    {
        var (status, body) = await TryAsync(service, operation, request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return ((string)JsonNode.Parse(body)!["__type"]!).Split('#')[^1];
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(string service, string operation, JsonObject request)
    {
        var (status, body) = await TryAsync(service, operation, request);
        Assert.True(status == HttpStatusCode.OK, $"{operation}: {(int)status} {body}");
        return JsonNode.Parse(body)!;
    }

    private async Task<(HttpStatusCode Status, string Body)> TryAsync(string service, string operation, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.ToJsonString())) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        message.Headers.Add("X-Amz-Target", $"{service}.{operation}");
        message.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _http.SendAsync(message, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
