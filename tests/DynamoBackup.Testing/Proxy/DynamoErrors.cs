using System.Text.Json;

namespace DynamoBackup.Testing;

/// <summary>DynamoDB's own errors, with its status codes, type names and messages.</summary>
public static class DynamoErrors
{
    private const string Model = "com.amazonaws.dynamodb.v20120810#";
    private const string Service = "com.amazon.coral.service#";
    private const string Availability = "com.amazon.coral.availability#";

    public static ProxyAnswer ProvisionedThroughputExceeded() => Error(
        400,
        Model + "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. "
        + "Consider increasing your provisioning level with the UpdateTable API.");

    public static ProxyAnswer RequestLimitExceeded() => Error(
        400,
        Model + "RequestLimitExceeded",
        "Throughput exceeds the current throughput limit for your account. "
        + "Please contact AWS Support at https://aws.amazon.com/support request a limit increase");

    public static ProxyAnswer Throttling() => Error(400, Availability + "ThrottlingException", "Rate of requests exceeds the allowed throughput.");

    public static ProxyAnswer InternalServerError() => Error(500, Model + "InternalServerError", "Internal server error");

    public static ProxyAnswer ServiceUnavailable() =>
        Error(503, Availability + "ServiceUnavailableException", "The service is currently unavailable or busy.");

    public static ProxyAnswer AccessDenied(
        string action = "dynamodb:Scan", string resource = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders") => Error(
        400,
        Service + "AccessDeniedException",
        $"User: arn:aws:iam::000000000000:user/tester is not authorized to perform: {action} on resource: {resource}"
        + $" because no identity-based policy allows the {action} action");

    public static ProxyAnswer ExpiredToken() =>
        Error(400, Service + "ExpiredTokenException", "The security token included in the request is expired");

    public static ProxyAnswer UnrecognizedClient() =>
        Error(400, Service + "UnrecognizedClientException", "The security token included in the request is invalid.");

    public static ProxyAnswer ResourceNotFound(string? message = null) =>
        Error(400, Model + "ResourceNotFoundException", message ?? "Requested resource not found");

    public static ProxyAnswer Validation(string message) => Error(400, "com.amazon.coral.validate#ValidationException", message);

    /// <summary>
    /// Any other error. DynamoDB spells the message's name with a small letter for its own errors, with a capital for its front end's.
    /// </summary>
    public static ProxyAnswer Error(int statusCode, string type, string message)
    {
        var messageName = type.StartsWith(Service, StringComparison.Ordinal) ? "Message" : "message";
        return ProxyAnswer.Json(statusCode, JsonSerializer.Serialize(new Dictionary<string, string> { ["__type"] = type, [messageName] = message }));
    }
}
