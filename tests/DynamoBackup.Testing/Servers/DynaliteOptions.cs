using System.Text.Json.Serialization;

namespace DynamoBackup.Testing;

/// <summary>How long dynalite keeps tables in their passing states, in milliseconds. Zero means that a table is ready at once.</summary>
public sealed record DynaliteOptions
{
    [JsonPropertyName("createTableMs")]
    public int CreateTableMs { get; init; }

    [JsonPropertyName("deleteTableMs")]
    public int DeleteTableMs { get; init; }

    [JsonPropertyName("updateTableMs")]
    public int UpdateTableMs { get; init; }
}
