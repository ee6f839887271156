using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>
/// manifest-summary.json, with AWS's own field names
/// (source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format").
/// </summary>
internal sealed record ManifestSummary
{
    /// <summary>The version of a full export's manifest.</summary>
    public const string FullVersion = "2020-06-30";

    /// <summary>The version of an incremental export's manifest.</summary>
    public const string IncrementalVersion = "2023-08-01";

    /// <summary>The only output format that is read: DynamoDB JSON.</summary>
    public const string DynamoDbJson = "DYNAMODB_JSON";

    /// <summary>The output format of exports in Amazon Ion.</summary>
    public const string Ion = "ION";

    /// <summary><see cref="ExportType"/> of an incremental export.</summary>
    public const string IncrementalExport = "INCREMENTAL_EXPORT";

    public string? Version { get; init; }

    public string? ExportArn { get; init; }

    public string? StartTime { get; init; }

    public string? EndTime { get; init; }

    public string? TableArn { get; init; }

    public string? TableId { get; init; }

    /// <summary>The instant that a full export is of.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExportTime { get; init; }

    /// <summary>When an incremental export's changes begin, inclusive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExportFromTime { get; init; }

    /// <summary>When an incremental export's changes end, exclusive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExportToTime { get; init; }

    /// <summary>Empty for a store that has no buckets.</summary>
    public string? S3Bucket { get; init; }

    public string? S3Prefix { get; init; }

    public string? S3SseAlgorithm { get; init; }

    public string? S3SseKmsKeyId { get; init; }

    public string? ManifestFilesS3Key { get; init; }

    /// <summary>The items' size. Null in a backup of ours whose items were not read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BilledSizeBytes { get; init; }

    public long ItemCount { get; init; }

    public string? OutputFormat { get; init; }

    /// <summary>Which images an incremental export holds: <c>NEW_AND_OLD_IMAGES</c> or <c>NEW_IMAGE</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OutputView { get; init; }

    /// <summary><c>FULL_EXPORT</c> or <c>INCREMENTAL_EXPORT</c>; older exports, which are full, do not have it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExportType { get; init; }

    /// <summary>Ours alone: the name of the sidecar, so that a lost one is not taken for an export that never had one.</summary>
    public string? Sidecar { get; init; }
}
