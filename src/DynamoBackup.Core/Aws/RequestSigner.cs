using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace DynamoBackup.Aws;

/// <summary>
/// Puts another body into a request that the SDK has signed, and signs it again with the SDK's own date, scope, headers and credentials:
/// only payload hash and signature change (source: AWS Signature Version 4, IAM User Guide).
/// </summary>
internal static class RequestSigner
{
    private const string ContentHashHeader = "X-Amz-Content-SHA256";
    private const string DateHeader = "X-Amz-Date";
    private const string TargetHeader = "X-Amz-Target";

    /// <summary>Replaces the body.</summary>
    /// <param name="request">The request as the SDK signed it.</param>
    /// <param name="body">Its new body.</param>
    /// <param name="credentials">What the SDK signed it with.</param>
    /// <param name="target">The operation that the body is for; null where it is the SDK's.</param>
    /// <exception cref="InvalidOperationException">The request was not signed as expected.</exception>
    public static void Replace(HttpRequestMessage request, ReadOnlyMemory<byte> body, SigningCredentials credentials, string? target = null)
    {
        var hash = SignatureV4.Hash(body.Span);
        var content = new ReadOnlyMemoryContent(body);
        foreach (var header in request.Content!.Headers.Where(header => header.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        request.Content = content;
        if (request.Headers.Contains(ContentHashHeader))
        {
            request.Headers.Remove(ContentHashHeader);
            request.Headers.TryAddWithoutValidation(ContentHashHeader, hash);
        }

        if (target is not null)
        {
            request.Headers.Remove(TargetHeader);
            request.Headers.TryAddWithoutValidation(TargetHeader, target);
        }

        var authorization = request.Headers.TryGetValues("Authorization", out var values) ? string.Join(",", values) : "";
        var signature = SignatureOf(request, hash, Parse(authorization), credentials);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", authorization[..(authorization.LastIndexOf('=') + 1)] + signature);
    }

    private static string SignatureOf(HttpRequestMessage request, string hash, Authorization authorization, SigningCredentials credentials)
    {
        var canonical = new StringBuilder()
            .Append(request.Method.Method).Append('\n')
            .Append(request.RequestUri!.AbsolutePath).Append('\n')
            .Append(request.RequestUri.Query.TrimStart('?')).Append('\n');
        foreach (var name in authorization.SignedHeaders.Split(';'))
            canonical.Append(name).Append(':').Append(HeaderValue(request, name)).Append('\n');
        canonical.Append('\n').Append(authorization.SignedHeaders).Append('\n').Append(hash);

        var scope = SignatureV4.Scope(authorization.Date, authorization.Region, authorization.Service);
        var key = SignatureV4.KeyOf(credentials.SecretKeyOf(authorization.AccessKey), scope);
        return SignatureV4.Sign(key, request.Headers.GetValues(DateHeader).First(), scope, canonical.ToString());
    }

    private static string HeaderValue(HttpRequestMessage request, string name)
    {
        if (name == "host")
            return request.Headers.Host ?? request.RequestUri!.Authority;
        HttpHeaders headers = name.StartsWith("content-", StringComparison.Ordinal) ? request.Content!.Headers : request.Headers;
        return headers.NonValidated.TryGetValues(name, out var values)
            ? string.Join(',', values.Select(value => value.Trim()))
            : throw new InvalidOperationException($"The signed header '{name}' is not in the request.");
    }

    private static Authorization Parse(string header)
    {
        // AWS4-HMAC-SHA256 Credential=KEY/date/region/service/aws4_request, SignedHeaders=a;b, Signature=hex
        var parts = header.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (parts is [SignatureV4.Scheme, var credential, var signedHeaders, var signature]
            && credential.Split('=', 2) is ["Credential", var scopeText] && scopeText.Split('/') is [var key, var date, var region, var service, SignatureV4.Terminator]
            && signedHeaders.Split('=', 2) is ["SignedHeaders", var names] && signature.StartsWith("Signature=", StringComparison.Ordinal))
            return new Authorization(key, date, region, service, names);
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The SDK signed the request in a way that is not known ({parts.FirstOrDefault()})."));
    }

    private sealed record Authorization(string AccessKey, string Date, string Region, string Service, string SignedHeaders);
}
