using System.Text.Json;
using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>The table's definition, in AWS's own JSON. A property that is not there was not asked for, has no answer, or is in <see cref="NotRead"/>.</summary>
internal sealed record SidecarDefinition
{
    /// <summary>DescribeTable's <c>Table</c>, as the service sent it.</summary>
    public JsonElement Table { get; init; }

    /// <summary>DescribeTimeToLive's <c>TimeToLiveDescription</c>; null where it could not be read.</summary>
    public JsonElement? TimeToLiveDescription { get; init; }

    /// <summary>DescribeContinuousBackups' <c>ContinuousBackupsDescription</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ContinuousBackupsDescription { get; init; }

    /// <summary>ListTagsOfResource's <c>Tags</c> of all pages.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Tags { get; init; }

    /// <summary>GetResourcePolicy's answer for the table; null also where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ResourcePolicy { get; init; }

    /// <summary>GetResourcePolicy's answer for the table's stream; null also where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? StreamResourcePolicy { get; init; }

    /// <summary>DescribeKinesisStreamingDestination's <c>KinesisDataStreamDestinations</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? KinesisDataStreamDestinations { get; init; }

    /// <summary>DescribeContributorInsights' answers: the table's, then its indexes'.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? ContributorInsights { get; init; }

    /// <summary>DescribeTableReplicaAutoScaling's <c>TableAutoScalingDescription</c>; asked for only where there are replicas.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? TableAutoScalingDescription { get; init; }

    /// <summary>What could not be read; null where all could. In a damaged sidecar an element may be null all the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SidecarNotRead>? NotRead { get; init; }
}
