using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Changes;

/// <summary>Errors of DynamoDB Streams (source: Amazon DynamoDB API reference, the errors of DescribeStream, GetShardIterator and GetRecords).</summary>
internal static class StreamErrors
{
    /// <summary>The iterator is older than a quarter of an hour; another one is to be had.</summary>
    public const string ExpiredIterator = "ExpiredIteratorException";

    /// <summary>The service no longer holds what was asked for.</summary>
    public const string Trimmed = "TrimmedDataAccessException";

    /// <summary>There is no such stream or shard.</summary>
    public const string NotFound = "ResourceNotFoundException";

    /// <summary>The request makes no sense to the service.</summary>
    public const string Validation = "ValidationException";

    /// <summary>The service's own word for a translated failure; null where it was none of the service.</summary>
    public static string? CodeOf(DynamoBackupException exception) => (exception.InnerException as AmazonServiceException)?.ErrorCode;

    /// <summary>Gives what fails for good a code and a next step.</summary>
    public static DynamoBackupException Translate(Exception exception, string action, string streamArn) => exception switch
    {
        AmazonServiceException { ErrorCode: "UnknownOperationException" or "UnknownOperation" } => new DynamoBackupException(
            BackupErrorCode.RequestRefused, $"Could not {action}: the endpoint does not serve DynamoDB Streams. Give the address that does as -StreamsEndpointUrl.", streamArn, exception),
        AmazonServiceException { ErrorCode: NotFound or Trimmed or ExpiredIterator } error => new DynamoBackupException(
            BackupErrorCode.RequestRefused, $"Could not {action}: {error.Message.TrimEnd('.')}. Check that the table's stream is enabled, and make a new full backup.", streamArn, exception),
        _ => AwsErrors.Translate(exception, action, streamArn),
    };
}
