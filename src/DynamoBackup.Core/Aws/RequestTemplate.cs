using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>
/// What calls of one kind look like on the wire, taken from one that the SDK made and the service accepted: more of them, with other bodies, need not
/// pass the SDK's pipeline, which costs several times what sending a batch does. Signed by AWS Signature Version 4 (source: IAM User
/// Guide, "Create a signed AWS API request"). Used by one worker.
/// </summary>
internal sealed class RequestTemplate
{
    private const string Scheme = "AWS4-HMAC-SHA256";
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
    private (string AccessKey, string SecretKey, string Day, byte[] Key) _signing = ("", "", "", []);

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
        return scope is [_, _, var region, var service, "aws4_request"]
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
        var day = date[..8];
        var names = credentials.UseToken ? "content-type;host;x-amz-date;x-amz-security-token;x-amz-target" : "content-type;host;x-amz-date;x-amz-target";
        var token = credentials.UseToken ? $"x-amz-security-token:{credentials.Token}\n" : "";
        var canonical = $"POST\n{_address.AbsolutePath}\n\ncontent-type:{_contentType}\nhost:{_host}\nx-amz-date:{date}\n{token}x-amz-target:{_target}\n\n{names}\n{Hex(SHA256.HashData(body))}";
        var scope = $"{day}/{_region}/{_service}/aws4_request";
        var toSign = $"{Scheme}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Hex(HMACSHA256.HashData(KeyOf(credentials, day), Encoding.UTF8.GetBytes(toSign)));
        return $"{Scheme} Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private byte[] KeyOf(ImmutableCredentials credentials, string day)
    {
        if (_signing.AccessKey != credentials.AccessKey || _signing.SecretKey != credentials.SecretKey || _signing.Day != day)
        {
            var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey);
            foreach (var part in (string[])[day, _region, _service, "aws4_request"])
                key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            _signing = (credentials.AccessKey, credentials.SecretKey, day, key);
        }

        return _signing.Key;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
