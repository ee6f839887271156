using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>Where in a table's stream a backup begins and ends.</summary>
internal sealed record SidecarStream
{
    /// <summary>The stream. A stream that is turned off and on again is another one.</summary>
    public string? Arn { get; init; }

    /// <summary><c>NEW_AND_OLD_IMAGES</c> or <c>NEW_IMAGE</c>.</summary>
    public string? ViewType { get; init; }

    /// <summary>The table's id. A table that is deleted and created again is another one, with the same ARN.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TableId { get; init; }

    /// <summary>When the table was created, ISO 8601 in UTC: tells tables apart where the service gives no id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TableCreatedUtc { get; init; }

    /// <summary>Where reading began.</summary>
    public IReadOnlyList<SidecarShard>? From { get; init; }

    /// <summary>Where it ended: the next backup goes on from here.</summary>
    public IReadOnlyList<SidecarShard>? To { get; init; }

    /// <summary>The newest change's second, ISO 8601 in UTC. Null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NewestUtc { get; init; }

    /// <summary>Seconds after the backup's <see cref="Sidecar.ToUtc"/> for which every open shard was read and showed no older change.</summary>
    public double MarginSeconds { get; init; }
}

/// <summary>A position in one shard, and the shard's place in the lineage.</summary>
internal sealed record SidecarShard
{
    public string? Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ParentId { get; init; }

    /// <summary>The last sequence number that is before the position. Null at the shard's start.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }

    /// <summary>From the shard's start, records older than this are of no account, ISO 8601 in UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotBeforeUtc { get; init; }

    /// <summary>Whether the shard has been read to its end.</summary>
    public bool Ended { get; init; }
}

/// <summary>A time that no backup covers.</summary>
internal sealed record SidecarGap
{
    /// <summary>The last second before it that can be restored, ISO 8601 in UTC. Null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FromUtc { get; init; }

    /// <summary>The backup before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AfterId { get; init; }

    /// <summary>What happened, in words.</summary>
    public string? Reason { get; init; }
}
