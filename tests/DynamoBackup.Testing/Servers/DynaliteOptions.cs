using System.Text.Json.Serialization;

namespace DynamoBackup.Testing;

/// <summary>How dynalite behaves; times are in milliseconds, and zero means that a table is ready at once.</summary>
public sealed record DynaliteOptions
{
    [JsonPropertyName("createTableMs")]
    public int CreateTableMs { get; init; }

    [JsonPropertyName("deleteTableMs")]
    public int DeleteTableMs { get; init; }

    [JsonPropertyName("updateTableMs")]
    public int UpdateTableMs { get; init; }

    /// <summary>
    /// Whether calls that dynalite lacks are unknown, as on other local servers. Else those that describe point-in-time recovery, Kinesis, Contributor
    /// Insights and policies are answered as for a table on which none of it was ever set.
    /// </summary>
    [JsonPropertyName("plain")]
    public bool IsPlain { get; init; }
}
