using System.Text;

namespace DynamoBackup.Testing;

/// <summary>A response that the proxy gives by itself.</summary>
public sealed record ProxyAnswer(int StatusCode, byte[] Body, string ContentType = "application/x-amz-json-1.0")
{
    public static ProxyAnswer Json(int statusCode, string json) => new(statusCode, Encoding.UTF8.GetBytes(json));
}
