using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoBackup.Manifests;

namespace DynamoBackup.Checkpoints;

/// <summary>_checkpoint.json: how far an unfinished backup is, and who is at work on it (docs/FORMAT.md).</summary>
internal sealed record Checkpoint
{
    /// <summary>The only schema that this version reads, and the one that it writes.</summary>
    public const int CurrentSchema = 1;

    public int SchemaVersion { get; init; }

    public string? Tool { get; init; }

    /// <summary>Counts the writes, so that no two are alike.</summary>
    public long Revision { get; init; }

    public string? BackupId { get; init; }

    public string? TableArn { get; init; }

    /// <summary>The table's id; null where the service gives none.</summary>
    public string? TableId { get; init; }

    /// <summary>When the table was created, as the service says it; null where it does not.</summary>
    public string? TableCreated { get; init; }

    /// <summary>When reading began, ISO 8601 in UTC.</summary>
    public string? StartedUtc { get; init; }

    /// <summary>Where in the table's stream the capture began that makes the backup exact. Null where the stream is not read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SidecarStream? Stream { get; init; }

    /// <summary>When that capture began, by the service's clock, ISO 8601 in UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CapturedFromUtc { get; init; }

    /// <summary>What must be equal for a run to continue this one.</summary>
    public CheckpointParameters? Parameters { get; init; }

    /// <summary>Who is at work; null where no one is.</summary>
    public Lease? Lease { get; init; }

    /// <summary>The scan's segments, all of them. In a damaged checkpoint an element may be null all the same.</summary>
    public IReadOnlyList<CheckpointSegment>? Segments { get; init; }
}

/// <summary>What must be equal for a run to continue another one.</summary>
internal sealed record CheckpointParameters
{
    public bool ConsistentRead { get; init; }

    public string? Compression { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoContentDigest { get; init; }
}

/// <summary>How far a segment is.</summary>
internal sealed record CheckpointSegment
{
    /// <summary>The last key in the last closed file, in DynamoDB's JSON; null where the segment is at its beginning or its end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? After { get; init; }

    /// <summary>Whether the segment has been read to its end.</summary>
    public bool Ended { get; init; }

    /// <summary>Items read so far, up to the end of the last closed file.</summary>
    public long ItemsRead { get; init; }

    /// <summary>Closed files, in the order of reading.</summary>
    public IReadOnlyList<CheckpointFile>? Files { get; init; }
}

/// <summary>A closed data file: all that the manifests will say of it.</summary>
internal sealed record CheckpointFile
{
    public string? Name { get; init; }

    public string? Md5 { get; init; }

    public string? Sha256 { get; init; }

    public long StoredBytes { get; init; }

    public long RawBytes { get; init; }

    public long ItemCount { get; init; }

    /// <summary>Null, as <see cref="WriteUnits"/> and <see cref="ContentDigest"/>, where items are stored unread.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ItemBytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? WriteUnits { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentDigest { get; init; }
}

/// <summary>A run's claim to be the only one at work. It is renewed while the run lives.</summary>
internal sealed record Lease
{
    /// <summary>Random; a new one for each run.</summary>
    public string? Holder { get; init; }

    /// <summary>The machine's name, for people.</summary>
    public string? Machine { get; init; }

    public int ProcessId { get; init; }

    /// <summary>When the process began, in the operating system's own terms: a later process with the same number has another.</summary>
    public string? ProcessStarted { get; init; }

    /// <summary>In which the process's number counts: one run of an operating system, or a container in it.</summary>
    public string? Scope { get; init; }

    /// <summary>When the claim was renewed last, by the holder's clock.</summary>
    public string? RenewedUtc { get; init; }

    /// <summary>How long the claim is good for when it has been renewed.</summary>
    public int Seconds { get; init; }
}
