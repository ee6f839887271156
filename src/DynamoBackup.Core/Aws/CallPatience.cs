using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>How long a call is made again through failures that may pass.</summary>
/// <param name="Failure">Through failures of the network or the service.</param>
/// <param name="Renewal">Through the refusal of credentials that have expired; nothing where nobody could renew them.</param>
internal readonly record struct CallPatience(TimeSpan Failure, TimeSpan Renewal)
{
    /// <summary>What does not work at once is told at once.</summary>
    public static CallPatience None => default;

    /// <summary>
    /// Whether LimitExceededException means too many requests at once, as it does in DynamoDB Streams, and not a quota (source: Amazon DynamoDB API reference,
    /// "GetRecords (DynamoDB Streams)").
    /// </summary>
    public bool LimitsPass { get; init; }

    /// <summary>True where waiting and trying again is the answer.</summary>
    public bool IsThrottling(Exception failure) =>
        AwsErrors.IsThrottling(failure) || (LimitsPass && failure is AmazonServiceException { ErrorCode: "LimitExceededException" });

    /// <summary>The patience with one failure.</summary>
    public TimeSpan For(Exception failure) => AwsErrors.IsTransient(failure) ? Failure : AwsErrors.IsExpiry(failure) ? Renewal : TimeSpan.Zero;
}
