using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DynamoBackup.Testing;

/// <summary>
/// What the services say, as their API references show it: AWS Security Token Service (AssumeRole and AssumeRoleWithWebIdentity), IAM Identity Center Portal
/// (GetRoleCredentials), and the container credential provider of the AWS SDKs and Tools Reference Guide.
/// </summary>
internal static class IdentityAnswers
{
    public static ProxyAnswer RefusedXml { get; } = Xml(403,
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error>
          <RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>
        </ErrorResponse>
        """);

    public static ProxyAnswer RefusedJson { get; } = ProxyAnswer.Json(401, """{"__type":"UnauthorizedException","message":"Session token not found or invalid"}""");

    public static ProxyAnswer AssumedRole(StubKeys keys, string action, string role) => Xml(200,
        $"""
        <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <{action}Result>
            <AssumedRoleUser><Arn>{role}/session</Arn><AssumedRoleId>AROASTUB:session</AssumedRoleId></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>{keys.AccessKey}</AccessKeyId>
              <SecretAccessKey>{keys.SecretKey}</SecretAccessKey>
              <SessionToken>{keys.Token}</SessionToken>
              <Expiration>{Instant(keys)}</Expiration>
            </Credentials>
          </{action}Result>
          <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
        </{action}Response>
        """);

    public static ProxyAnswer SingleSignOn(StubKeys keys) => ProxyAnswer.Json(200, JsonSerializer.Serialize(new
    {
        roleCredentials = new
        {
            accessKeyId = keys.AccessKey,
            secretAccessKey = keys.SecretKey,
            sessionToken = keys.Token,
            expiration = new DateTimeOffset(keys.ExpiresUtc).ToUnixTimeMilliseconds(),
        },
    }));

    public static ProxyAnswer Container(StubKeys keys) => ProxyAnswer.Json(200, JsonSerializer.Serialize(new
    {
        AccessKeyId = keys.AccessKey,
        SecretAccessKey = keys.SecretKey,
        keys.Token,
        Expiration = Instant(keys),
    }));

    private static string Instant(StubKeys keys) => keys.ExpiresUtc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static ProxyAnswer Xml(int statusCode, string xml) => new(statusCode, Encoding.UTF8.GetBytes(xml), "text/xml");
}
