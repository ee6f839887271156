using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>dynamobackup.json: what AWS's layout has no place for (docs/FORMAT.md).</summary>
internal sealed record Sidecar
{
    /// <summary>The newest schema that this version reads and the one that it writes.</summary>
    public const int CurrentSchema = 1;

    /// <summary><see cref="Exactness"/> of a backup that is the table at one instant.</summary>
    public const string Exact = "EXACT";

    /// <summary><see cref="Exactness"/> of a backup that is the table over a time.</summary>
    public const string Fuzzy = "FUZZY";

    /// <summary><see cref="Type"/> of a backup that holds the whole table.</summary>
    public const string FullType = "FULL";

    /// <summary><see cref="Type"/> of a backup that holds changes.</summary>
    public const string IncrementalType = "INCREMENTAL";

    public int SchemaVersion { get; init; }

    public string? Tool { get; init; }

    public string? BackupId { get; init; }

    public string? Type { get; init; }

    public string? TableArn { get; init; }

    /// <summary>When reading began, ISO 8601 in UTC.</summary>
    public string? StartedUtc { get; init; }

    /// <summary>When reading had ended, ISO 8601 in UTC.</summary>
    public string? CompletedUtc { get; init; }

    public SidecarScan? Scan { get; init; }

    public string? ParentId { get; init; }

    /// <summary>The whole second from which on the backup knows of changes, ISO 8601 in UTC. Null in older backups.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FromUtc { get; init; }

    /// <summary>The whole second up to and in which every change is in the chain that ends here, ISO 8601 in UTC. Null in older backups.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ToUtc { get; init; }

    /// <summary><see cref="Exact"/> or <see cref="Fuzzy"/>, of a full backup. Null in older backups, which are fuzzy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Exactness { get; init; }

    /// <summary>Why a full backup is fuzzy, in words. Null where it is exact, and where the table has no stream.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotExactBecause { get; init; }

    /// <summary>The incremental backup with which a full one is exact.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExactWith { get; init; }

    /// <summary>The digest of the items with the changes of <see cref="ExactWith"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExactDigest { get; init; }

    /// <summary>Where in the table's stream the backup begins and ends. Null where no stream was read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SidecarStream? Stream { get; init; }

    /// <summary>The time before it that no backup covers, where a chain was broken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SidecarGap? Gap { get; init; }

    /// <summary>The backups that a merged one was made from, base first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? MergedFrom { get; init; }

    public long ItemCount { get; init; }

    /// <summary>The items' size by DynamoDB's rules. Null where the items were not read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ItemBytes { get; init; }

    /// <summary>Write capacity units that putting the items costs, without indexes: one for each KB begun. Null in older backups, and where the items were not read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? WriteUnits { get; init; }

    public long RawBytes { get; init; }

    public long StoredBytes { get; init; }

    /// <summary>The items' digest. Null where none was computed, which <see cref="Scan"/> then says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentDigest { get; init; }

    /// <summary>SHA-256 of manifest-files.json, hexadecimal.</summary>
    public string? ManifestFilesSha256 { get; init; }

    /// <summary>The data files. In a damaged sidecar an element may be null all the same.</summary>
    public IReadOnlyList<SidecarFile>? Files { get; init; }

    public SidecarDefinition? Definition { get; init; }

    /// <summary>Whether the backup was made without a content digest, as opposed to having lost it.</summary>
    [JsonIgnore]
    public bool IsWithoutDigest => Scan is { ContentDigest: false };
}

/// <summary>How the table was read.</summary>
internal sealed record SidecarScan
{
    public int Segments { get; init; }

    public bool ConsistentRead { get; init; }

    public string? Compression { get; init; }

    /// <summary>False where no content digest was computed, on request. Null where it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ContentDigest { get; init; }
}

/// <summary>One data file.</summary>
internal sealed record SidecarFile
{
    /// <summary>The name relative to the backup's folder.</summary>
    public string? Name { get; init; }

    /// <summary>SHA-256 of the stored bytes, hexadecimal.</summary>
    public string? Sha256 { get; init; }

    public long StoredBytes { get; init; }

    public long RawBytes { get; init; }

    public long ItemCount { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ItemBytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? WriteUnits { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentDigest { get; init; }
}
