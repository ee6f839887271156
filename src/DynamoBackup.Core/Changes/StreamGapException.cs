namespace DynamoBackup.Changes;

/// <summary>
/// Changes are missing from a stream, or may be, and cannot be had any more. Whoever runs the capture says what that means for the chain of backups.
/// </summary>
/// <param name="streamArn">The stream.</param>
/// <param name="shardId">The shard; null where it is about the whole stream.</param>
/// <param name="reason">Why, as a clause: "the shard no longer exists".</param>
/// <param name="innerException">The service's error, where it said so.</param>
internal sealed class StreamGapException(string streamArn, string? shardId, string reason, Exception? innerException = null)
    : Exception($"Changes of the stream {streamArn} are missing{(shardId is null ? "" : $" in shard {shardId}")}: {reason}. Make a new full backup.", innerException)
{
    /// <summary>The stream.</summary>
    public string StreamArn { get; } = streamArn;

    /// <summary>The shard; null where it is about the whole stream.</summary>
    public string? ShardId { get; } = shardId;

    /// <summary>Why, as a clause without a full stop.</summary>
    public string Reason { get; } = reason;
}
