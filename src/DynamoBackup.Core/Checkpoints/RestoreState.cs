using System.Text.Json.Serialization;

namespace DynamoBackup.Checkpoints;

/// <summary>A restore's journal: what it writes, where to, and how far it is (docs/FORMAT.md).</summary>
internal sealed record RestoreState
{
    /// <summary>The only schema that this version reads, and the one that it writes.</summary>
    public const int CurrentSchema = 1;

    public int SchemaVersion { get; init; }

    public string? Tool { get; init; }

    public string? BackupId { get; init; }

    /// <summary>The ARN of the table that was backed up.</summary>
    public string? BackupTableArn { get; init; }

    /// <summary>The backup's content digest, or its number of items where it has none.</summary>
    public string? BackupContent { get; init; }

    public string? TargetTable { get; init; }

    public string? Mode { get; init; }

    /// <summary>When the restore asked for the table to be created, ISO 8601 in UTC; null where the table was there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreateAskedUtc { get; init; }

    /// <summary>The table's id, or when it was created where the service gives no id; null before that is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TableInstance { get; init; }

    /// <summary>Data files whose items the service has taken to the last one.</summary>
    public IReadOnlyList<string>? Written { get; init; }

    /// <summary>Tells whether this is of the same backup, table and parameters.</summary>
    public bool IsOfSame(RestoreState other) =>
        BackupId == other.BackupId && BackupTableArn == other.BackupTableArn && BackupContent == other.BackupContent && TargetTable == other.TargetTable && Mode == other.Mode;
}

/// <summary>Who writes into a table from this machine.</summary>
internal sealed record TableLockState
{
    public Lease? Lease { get; init; }
}

/// <summary>Serializers made at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RestoreState))]
[JsonSerializable(typeof(TableLockState))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;
