using DynamoBackup.Changes;
using DynamoBackup.Manifests;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Positions in a stream, as sidecars and checkpoints keep them.</summary>
internal static class StreamPlace
{
    /// <summary>A position as it is written.</summary>
    public static IReadOnlyList<SidecarShard> Write(StreamPosition position) =>
    [
        .. position.Shards.Select(shard => new SidecarShard
        {
            Id = shard.ShardId,
            ParentId = shard.ParentId,
            After = shard.After,
            NotBeforeUtc = shard.NotBefore is { } instant ? ManifestJson.Format(instant) : null,
            Ended = shard.Ended,
        }),
    ];

    /// <summary>A position as it was written; null where it is not readable.</summary>
    public static StreamPosition? Read(string? arn, IReadOnlyList<SidecarShard>? shards)
    {
        if (string.IsNullOrEmpty(arn) || shards is null || shards.Any(shard => shard is not { Id.Length: > 0 } || (shard.After is { } after && !SequenceNumber.TryParse(after, out _))))
            return null;
        return new StreamPosition(arn, [.. shards.Select(shard => new ShardPosition(shard.Id!, shard.ParentId, shard.After, Instant(shard.NotBeforeUtc), shard.Ended))]);
    }

    private static DateTimeOffset? Instant(string? text) => ManifestJson.ParseInstant(text) is { } instant ? new DateTimeOffset(instant, TimeSpan.Zero) : null;
}
