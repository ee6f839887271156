namespace DynamoBackup.Changes;

/// <summary>
/// How far a stream has been read. A shard that is not in it is read from its start, after its parent. Shards that have been read and that the service
/// no longer lists are left out.
/// </summary>
/// <param name="StreamArn">The stream.</param>
/// <param name="Shards">Its shards, sorted by name.</param>
internal sealed record StreamPosition(string StreamArn, IReadOnlyList<ShardPosition> Shards);
