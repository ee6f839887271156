using System.Security.Cryptography;
using System.Text;

namespace DynamoBackup.Aws;

/// <summary>The parts of AWS Signature Version 4 (source: IAM User Guide, "Create a signed AWS API request").</summary>
internal static class SignatureV4
{
    /// <summary>What the Authorization header begins with.</summary>
    public const string Scheme = "AWS4-HMAC-SHA256";

    /// <summary>What a scope ends with.</summary>
    public const string Terminator = "aws4_request";

    /// <summary>The scope: day, region, service.</summary>
    public static string Scope(string day, string region, string service) => $"{day}/{region}/{service}/{Terminator}";

    /// <summary>The key that a scope's requests are signed with.</summary>
    public static byte[] KeyOf(string secretKey, string scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }

    /// <summary>The signature of a canonical request.</summary>
    public static string Sign(byte[] key, string date, string scope, string canonicalRequest) =>
        Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Scheme}\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}")));

    /// <summary>SHA-256 as a canonical request spells it.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Hex(SHA256.HashData(bytes));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
