using System.Text;

namespace DynamoBackup.Aws;

/// <summary>
/// Takes the session token out of an error that a service answers with. When a signature is wrong, AWS answers with the text that should have
/// been signed, and the token is a part of that; the answer ends up in exceptions and logs. The secret key itself is never sent to anyone.
/// </summary>
internal static class TokenMask
{
    private const string TokenHeader = "X-Amz-Security-Token";
    private const string CrcHeader = "x-amz-crc32";
    private const string Mask = "***";

    /// <summary>Longest error read; what is behind it is dropped.</summary>
    private const int MaxErrorBytes = 1 << 20;

    /// <summary>Replaces the request's token in the response's body, however JSON, XML or a URL spells it.</summary>
    public static async Task ApplyAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!request.Headers.TryGetValues(TokenHeader, out var values) || values.FirstOrDefault() is not { Length: > 0 } token)
            return;
        var text = await ReadAsync(response.Content, cancellationToken);
        var masked = text;
        foreach (var spelling in Spellings(token).Distinct())
            masked = masked.Replace(spelling, Mask, StringComparison.OrdinalIgnoreCase);

        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(masked));
        foreach (var header in response.Content.Headers.Where(header => header.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        response.Content.Dispose();
        response.Content = content;
        // The checksum is of the body as it was sent.
        response.Headers.Remove(CrcHeader);
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxErrorBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static IEnumerable<string> Spellings(string token) =>
    [
        token,
        token.Replace("/", "\\/", StringComparison.Ordinal),
        token.Replace("+", "\\u002B", StringComparison.Ordinal).Replace("/", "\\u002F", StringComparison.Ordinal).Replace("=", "\\u003D", StringComparison.Ordinal),
        token.Replace("+", "\\u002B", StringComparison.Ordinal),
        Uri.EscapeDataString(token),
        token.Replace("+", "&#43;", StringComparison.Ordinal).Replace("/", "&#47;", StringComparison.Ordinal).Replace("=", "&#61;", StringComparison.Ordinal),
    ];
}
