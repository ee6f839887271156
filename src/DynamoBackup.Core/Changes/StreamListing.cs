namespace DynamoBackup.Changes;

/// <summary>A stream as DescribeStream describes it, all pages together.</summary>
/// <param name="Status">ENABLING, ENABLED, DISABLING or DISABLED.</param>
/// <param name="ViewType">What its records carry, as the service says it; null where it does not.</param>
/// <param name="Shards">Its shards.</param>
internal sealed record StreamListing(string Status, string? ViewType, IReadOnlyList<StreamShard> Shards)
{
    /// <summary>Whether the table's changes no longer come into it.</summary>
    public bool IsDisabled => Status is "DISABLED" or "DISABLING";
}
