using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>Records of one shard, in order, as bytes. Valid until the sink's task has ended.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="Bytes">The response.</param>
/// <param name="Records">Where its records lie; at least one.</param>
internal readonly record struct ChangePage(string ShardId, ReadOnlyMemory<byte> Bytes, List<JsonSlice> Records);
