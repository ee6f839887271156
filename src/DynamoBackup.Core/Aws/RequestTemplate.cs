using System.Globalization;
using System.Net.Http.Headers;
using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>
/// What calls of one kind look like on the wire, taken from one that the SDK made and the service accepted: more of them, with other bodies, need not
/// pass the SDK's pipeline, which costs several times what sending a batch does. Signed by AWS Signature Version 4 (source: IAM User
/// Guide, "Create a signed AWS API request"). Used by one worker.
/// </summary>
internal sealed class RequestTemplate
{
    private const string DateHeader = "X-Amz-Date";
    private const string TokenHeader = "X-Amz-Security-Token";
    private const string TargetHeader = "X-Amz-Target";
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private readonly Uri _address;
    private readonly string _host;
    private readonly string _target;
    private readonly string _contentType;
    private readonly string _region;
    private readonly string _service;
    private readonly string[] _userAgent;
    private readonly TimeSpan _clockOffset;
    private (string SecretKey, string Scope, byte[] Key) _signing = ("", "", []);

    private RequestTemplate(HttpRequestMessage request, string region, string service, DateTimeOffset date)
    {
        _address = request.RequestUri!;
        _host = request.Headers.Host ?? _address.Authority;
        _target = request.Headers.NonValidated[TargetHeader].ToString();
        _contentType = request.Content!.Headers.NonValidated["Content-Type"].ToString();
        _region = region;
        _service = service;
        _userAgent = request.Headers.NonValidated.TryGetValues("User-Agent", out var agent) ? [.. agent] : [];
        // The SDK signs with the service's time where this machine's clock is wrong.
        _clockOffset = date - DateTimeOffset.UtcNow;
    }

    /// <summary>Takes a request that the SDK has signed; null where it is not one of the form that is known, and all calls are left to the SDK.</summary>
    public static RequestTemplate? TryTake(HttpRequestMessage request)
    {
        var headers = request.Headers.NonValidated;
        if (request.Method != HttpMethod.Post || request.RequestUri is not { Query: "" } || request.Content?.Headers.Contains("Content-Type") != true
            || !headers.Contains(TargetHeader) || !headers.TryGetValues("Authorization", out var authorization) || !headers.TryGetValues(DateHeader, out var dates))
            return null;
        var scope = authorization.ToString().Split(' ', ',').FirstOrDefault(part => part.StartsWith("Credential=", StringComparison.Ordinal))?.Split('/');
        return scope is [_, _, var region, var service, SignatureV4.Terminator]
            && DateTimeOffset.TryParseExact(dates.ToString(), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? new RequestTemplate(request, region, service, date)
            : null;
    }

    /// <summary>Makes a request.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="credentials">What to sign it with.</param>
    public HttpRequestMessage Create(ReadOnlyMemory<byte> body, ImmutableCredentials credentials)
    {
        var date = (DateTimeOffset.UtcNow + _clockOffset).ToString(DateFormat, CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", _contentType);
        Add(request.Headers, TargetHeader, _target);
        Add(request.Headers, DateHeader, date);
        if (credentials.UseToken)
            Add(request.Headers, TokenHeader, credentials.Token);
        if (_userAgent.Length > 0)
            request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        Add(request.Headers, "Authorization", Authorize(body.Span, credentials, date));
        return request;
    }

    private static void Add(HttpRequestHeaders headers, string name, string value) => headers.TryAddWithoutValidation(name, value);

    private string Authorize(ReadOnlySpan<byte> body, ImmutableCredentials credentials, string date)
    {
        var scope = SignatureV4.Scope(date[..8], _region, _service);
        var names = credentials.UseToken ? "content-type;host;x-amz-date;x-amz-security-token;x-amz-target" : "content-type;host;x-amz-date;x-amz-target";
        var token = credentials.UseToken ? $"x-amz-security-token:{credentials.Token}\n" : "";
        var canonical = $"POST\n{_address.AbsolutePath}\n\ncontent-type:{_contentType}\nhost:{_host}\nx-amz-date:{date}\n{token}x-amz-target:{_target}\n\n{names}\n{SignatureV4.Hash(body)}";
        var signature = SignatureV4.Sign(KeyOf(credentials, scope), date, scope, canonical);
        return $"{SignatureV4.Scheme} Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private byte[] KeyOf(ImmutableCredentials credentials, string scope)
    {
        if (_signing.SecretKey != credentials.SecretKey || _signing.Scope != scope)
            _signing = (credentials.SecretKey, scope, SignatureV4.KeyOf(credentials.SecretKey, scope));
        return _signing.Key;
    }
}
