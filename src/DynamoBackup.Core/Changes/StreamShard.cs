namespace DynamoBackup.Changes;

/// <summary>A shard as DescribeStream lists it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="ParentId">The shard that it followed; null where it has none.</param>
/// <param name="Start">The sequence number that it starts with; null where it is not told.</param>
/// <param name="IsClosed">Whether nothing more is written to it.</param>
internal sealed record StreamShard(string Id, string? ParentId, string? Start, bool IsClosed);
