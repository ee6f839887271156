using System.Collections;
using System.Text.Json;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Secrets;

/// <summary>Endpoints that fail each in its own way, and repeat the session token in what they answer, as DynamoDB does where a signature is wrong.</summary>
internal sealed class FailingEndpoints : IAsyncDisposable
{
    private static readonly Dictionary<string, Func<string, ProxyAnswer>> Answers = new()
    {
        ["refused"] = token => DynamoErrors.Error(400, "com.amazon.coral.service#InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n"
            + $"The Canonical String for this request should have been\n'POST\n/\n\nhost:127.0.0.1\nx-amz-security-token:{token}\n\nhost;x-amz-security-token\nabc'\n"),
        ["expired"] = token => DynamoErrors.Error(400, "com.amazon.coral.service#ExpiredTokenException", $"The security token {token} is expired."),
        ["denied"] = token => DynamoErrors.Error(400, "com.amazon.coral.service#AccessDeniedException", $"No policy allows {token} ({Uri.EscapeDataString(token)})."),
        ["failing"] = token => ProxyAnswer.Json(500, $$"""{"__type":"InternalServerError","message":{{JsonSerializer.Serialize(token)}},"again":"{{token.Replace("/", "\\/", StringComparison.Ordinal)}}"}"""),
        ["store"] = token => new ProxyAnswer(
            403,
            System.Text.Encoding.UTF8.GetBytes(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message>"
                + $"<CanonicalRequest>GET\n/bucket\n\nx-amz-security-token:{token}\n\nabc</CanonicalRequest><RequestId>1</RequestId></Error>"),
            "application/xml"),
        ["page"] = token => new ProxyAnswer(403, System.Text.Encoding.UTF8.GetBytes($"<html>{token}</html>"), "text/html"),
    };

    private readonly List<DynamoProxy> _proxies = [];

    private FailingEndpoints() => Addresses["closed"] = $"http://127.0.0.1:{ClosedPort.Find()}";

    /// <summary>What a command that meets each of them ends with.</summary>
    public static IReadOnlyDictionary<string, string> Codes { get; } = new Dictionary<string, string>
    {
        ["refused"] = "AuthenticationFailed",
        ["expired"] = "AuthenticationFailed",
        ["denied"] = "AccessDenied",
        ["failing"] = "EndpointUnreachable",
        ["page"] = "",
        ["closed"] = "EndpointUnreachable",
    };

    /// <summary>Their addresses by name.</summary>
    public Hashtable Addresses { get; } = [];

    public static async Task<FailingEndpoints> StartAsync(Uri upstream, CancellationToken cancellationToken)
    {
        var endpoints = new FailingEndpoints();
        foreach (var (name, answer) in Answers)
        {
            var proxy = await DynamoProxy.StartAsync(upstream, cancellationToken);
            proxy.OnRequest = exchange =>
            {
                exchange.Respond(answer(exchange.RequestHeaders["X-Amz-Security-Token"].ToString()));
                return Task.CompletedTask;
            };
            endpoints._proxies.Add(proxy);
            endpoints.Addresses[name] = proxy.Endpoint.AbsoluteUri;
        }

        return endpoints;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
    }
}
