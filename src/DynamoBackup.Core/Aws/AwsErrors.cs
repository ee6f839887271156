using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>
/// Translates what the SDK throws into our exception: a script cannot catch types of an isolated load context, and an admin needs the
/// next step. Error codes are those of the DynamoDB API reference, "Common Errors" and each action's own; for what may be repeated, also those
/// of the Amazon S3 API reference, "Error Responses".
/// </summary>
internal static class AwsErrors
{
    /// <summary>True where waiting and trying again is the answer.</summary>
    public static bool IsThrottling(Exception exception) => exception is AmazonServiceException error && IsThrottling(error.ErrorCode);

    /// <summary>True for an error response that says so.</summary>
    public static bool IsThrottling(ReadOnlySpan<byte> response)
    {
        try
        {
            var reader = new Utf8JsonReader(response);
            using var error = JsonDocument.ParseValue(ref reader);
            return error.RootElement.ValueKind == JsonValueKind.Object && error.RootElement.TryGetProperty("__type", out var type)
                && type.ValueKind == JsonValueKind.String && IsThrottling(type.GetString()!.Split('#')[^1]);
        }
        catch (JsonException)
        {
            // Not an error of DynamoDB's; the SDK makes of it what it can.
            return false;
        }
    }

    /// <summary>True for a network or service that failed and may work again in a while.</summary>
    public static bool IsTransient(Exception exception) =>
        IsNetwork(exception)
        || exception is AmazonServiceException { StatusCode: >= System.Net.HttpStatusCode.InternalServerError and not System.Net.HttpStatusCode.NotImplemented }
        // Bytes that were lost or changed on their way.
        || exception is AmazonServiceException { ErrorCode: "RequestTimeout" or "IncompleteBody" or "BadDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch" };

    /// <summary>True for credentials that were good and have expired.</summary>
    public static bool IsExpiry(Exception exception) => exception is AmazonServiceException { ErrorCode: "ExpiredTokenException" or "ExpiredToken" or "TokenRefreshRequired" };

    /// <summary>Translates an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="action">What was being done, as words behind "could not".</param>
    /// <param name="table">The table concerned.</param>
    public static DynamoBackupException Translate(Exception exception, string action, string? table)
    {
        if (exception is DynamoBackupException known)
            return known;
        if (exception is AmazonServiceException { ErrorCode: { Length: > 0 } } service)
            return FromService(service, action, table);
        if (IsNetwork(exception))
        {
            return New(
                BackupErrorCode.EndpointUnreachable,
                $"Could not {action}: the endpoint did not answer properly ({Innermost(exception).Message.TrimEnd('.')}). Check -Region, -EndpointUrl and the network.");
        }

        if (exception is AmazonClientException && exception.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase))
            return New(BackupErrorCode.CredentialsNotFound, $"Could not {action}: {exception.Message} Give -ProfileName, or -AccessKey and -SecretKey, or set up the default chain.");
        return exception is AmazonClientException && exception.Message.Contains("RegionEndpoint", StringComparison.Ordinal)
            ? New(BackupErrorCode.RegionNotFound, "No region is set. Give -Region, or set AWS_REGION, or a region in the profile.")
            : New(BackupErrorCode.Unexpected, $"Could not {action}: {exception.Message}");

        DynamoBackupException New(BackupErrorCode code, string message) => new(code, message, table, exception);
    }

    /// <summary>True for a network that failed.</summary>
    public static bool IsNetwork(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or AuthenticationException or TimeoutException
        || exception is AmazonServiceException { ErrorCode: null or "" }
        || (exception is AmazonClientException or AmazonServiceException && exception.InnerException is { } inner && IsNetwork(inner));

    /// <summary>The first cause.</summary>
    public static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    private static bool IsThrottling(string? code) => code is
        "ProvisionedThroughputExceededException" or "ThrottlingException" or "Throttling" or "RequestLimitExceeded" or "ThrottledException" or "TooManyRequestsException"
            or "SlowDown" or "SlowDownRead" or "SlowDownWrite" or "RequestThrottled" or "TooManyRequests";

    private static DynamoBackupException FromService(AmazonServiceException error, string action, string? table)
    {
        var said = error.Message.TrimEnd('.');
        var (code, message) = error.ErrorCode switch
        {
            "ResourceNotFoundException" => (BackupErrorCode.TableNotFound,
                $"There is no table '{table}' in this account and region. Check the name (it is case-sensitive), -Region and the credentials' account."),
            "TableNotFoundException" => (BackupErrorCode.TableNotFound, $"There is no table '{table}' in this account and region. Check the name and -Region."),
            "ResourceInUseException" => (BackupErrorCode.TableNotReady, $"Could not {action}: {said}. Wait until the table is ACTIVE, then run the command again."),
            "AccessDeniedException" => (BackupErrorCode.AccessDenied, $"Permission denied: could not {action}: {said}. Grant the action to the identity in use."),
            "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignatureException" or "MissingAuthenticationTokenException" or
                "MissingAuthenticationToken" or "InvalidClientTokenId" or "SignatureDoesNotMatch" => (BackupErrorCode.AuthenticationFailed,
                $"The credentials were refused: could not {action}: {said}. Check the access key, the secret key, the region, and this machine's clock."),
            "ExpiredTokenException" or "ExpiredToken" or "RequestExpired" => (BackupErrorCode.AuthenticationFailed,
                $"The credentials have expired: could not {action}: {said}. Sign in again or renew them, then run the command again."),
            "LimitExceededException" => (BackupErrorCode.LimitExceeded, $"A limit was reached: could not {action}: {said}. Wait for other table operations to end, or have the quota raised."),
            "ValidationException" or "SerializationException" => (BackupErrorCode.RequestRefused, $"The service refused to {action}: {said}. Check the table's name and what was asked for."),
            _ when (int)error.StatusCode >= 500 => (BackupErrorCode.EndpointUnreachable, $"Could not {action}: the service failed ({error.ErrorCode}: {said}). Run the command again later."),
            _ => (BackupErrorCode.Unexpected, $"Could not {action}: {error.ErrorCode}: {said}."),
        };
        return new DynamoBackupException(code, message, table, error);
    }
}
