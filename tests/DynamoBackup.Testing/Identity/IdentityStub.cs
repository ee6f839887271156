using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DynamoBackup.Testing;

/// <summary>
/// Hands out temporary keys as AWS does: AssumeRole and AssumeRoleWithWebIdentity in STS's query protocol, GetRoleCredentials in IAM Identity Center's REST protocol,
/// and the endpoint of a container. Every set of keys is another one. The SDK is pointed here by its own settings, so its own code runs.
/// </summary>
public sealed class IdentityStub : IAsyncDisposable
{
    /// <summary>The access token of a signed-in user.</summary>
    public const string AccessToken = "access-token-of-a-signed-in-user";

    /// <summary>The path of the container's endpoint.</summary>
    public const string ContainerPath = "/container/credentials";

    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<StubKeys> _handed = new();
    private int _number;
    private LoopbackServer _server = null!;

    /// <summary>The address of all three services.</summary>
    public Uri Endpoint => _server.Endpoint;

    /// <summary>How long the keys that it hands out are good.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Refuses everything from now on.</summary>
    public bool Refuses { get; set; }

    /// <summary>What was asked for: the action, what for, and the access key that signed.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>The keys handed out so far.</summary>
    public IReadOnlyList<StubKeys> Handed => [.. _handed];

    public static async Task<IdentityStub> StartAsync(CancellationToken cancellationToken = default)
    {
        var stub = new IdentityStub();
        stub._server = await LoopbackServer.StartAsync(stub.AnswerAsync, cancellationToken);
        return stub;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context.Request);
        context.Response.StatusCode = answer.StatusCode;
        context.Response.ContentType = answer.ContentType;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    private async Task<ProxyAnswer> AnswerAsync(HttpRequest request)
    {
        if (request.Path == ContainerPath) return Answer("Container", IdentityAnswers.Container, IdentityAnswers.RefusedJson);
        if (request.Path == "/federation/credentials")
        {
            return request.Headers["x-amz-sso_bearer_token"] == AccessToken
                ? Answer($"GetRoleCredentials {request.Query["account_id"]} {request.Query["role_name"]}", IdentityAnswers.SingleSignOn, IdentityAnswers.RefusedJson)
                : IdentityAnswers.RefusedJson;
        }

        var form = await request.ReadFormAsync();
        return form["Action"].ToString() switch
        {
            "AssumeRole" => Assume($"AssumeRole {form["RoleArn"]} by {SignerOf(request)}"),
            "AssumeRoleWithWebIdentity" => Assume($"AssumeRoleWithWebIdentity {form["RoleArn"]} by {form["WebIdentityToken"]}"),
            _ => IdentityAnswers.RefusedXml,
        };

        ProxyAnswer Assume(string call) =>
            Answer(call, keys => IdentityAnswers.AssumedRole(keys, form["Action"]!, form["RoleArn"]!), IdentityAnswers.RefusedXml);
    }

    private ProxyAnswer Answer(string call, Func<StubKeys, ProxyAnswer> answer, ProxyAnswer refusal)
    {
        _calls.Enqueue(call);
        if (Refuses) return refusal;
        var number = Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
        var keys = new StubKeys($"ASIASTUB{number}", $"secret-of-the-stub-{number}", $"token-of-the-stub-{number}", DateTime.UtcNow + Lifetime);
        _handed.Enqueue(keys);
        return answer(keys);
    }

    private static string SignerOf(HttpRequest request) => request.Headers.Authorization.ToString().Split("Credential=")[^1].Split('/')[0];
}
