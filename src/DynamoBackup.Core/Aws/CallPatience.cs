namespace DynamoBackup.Aws;

/// <summary>How long a call is made again through failures that may pass.</summary>
/// <param name="Failure">Through failures of the network or the service.</param>
/// <param name="Renewal">Through the refusal of credentials that have expired; nothing where nobody could renew them.</param>
internal readonly record struct CallPatience(TimeSpan Failure, TimeSpan Renewal)
{
    /// <summary>What does not work at once is told at once.</summary>
    public static CallPatience None => default;

    /// <summary>The patience with one failure.</summary>
    public TimeSpan For(Exception failure) => AwsErrors.IsTransient(failure) ? Failure : AwsErrors.IsExpiry(failure) ? Renewal : TimeSpan.Zero;
}
