namespace DynamoBackup.Changes;

/// <summary>How far a shard of a stream has been read. Never an iterator: those live for a quarter of an hour, a position as long as the record it names.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="ParentId">The shard that it followed; null where it has none.</param>
/// <param name="After">The sequence number of the last record taken; null where reading begins at the shard's start.</param>
/// <param name="NotBefore">
/// Records older than this are passed over, until one comes that is not; null where all count. It marks a shard that a capture began at its newest record.
/// </param>
/// <param name="Ended">Whether the shard has been read to its end.</param>
internal sealed record ShardPosition(string ShardId, string? ParentId, string? After, DateTimeOffset? NotBefore, bool Ended);
