using System.Text;

namespace DynamoBackup.Testing;

/// <summary>S3's own errors, with its status codes, names and messages.</summary>
public static class S3Errors
{
    public static ProxyAnswer SlowDown() => Error(503, "SlowDown", "Please reduce your request rate.");

    public static ProxyAnswer InternalError() => Error(500, "InternalError", "We encountered an internal error. Please try again.");

    public static ProxyAnswer NotImplemented() => Error(501, "NotImplemented", "A header you provided implies functionality that is not implemented.");

    public static ProxyAnswer ConditionalRequestConflict() =>
        Error(409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflicting operation against this resource.");

    public static ProxyAnswer InvalidObjectState() => Error(403, "InvalidObjectState", "The operation is not valid for the object's storage class");

    public static ProxyAnswer ExpiredToken() => Error(400, "ExpiredToken", "The provided token has expired.");

    public static ProxyAnswer Error(int statusCode, string code, string message) => new(
        statusCode,
        Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message><RequestId>PROXY</RequestId></Error>"),
        "application/xml");
}
