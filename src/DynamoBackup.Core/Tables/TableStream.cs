namespace DynamoBackup.Tables;

/// <summary>A table's stream, as DescribeTable tells of it.</summary>
/// <param name="Arn">Its ARN, a new one each time that a stream is turned on.</param>
/// <param name="ViewType">What its records hold: <c>NEW_AND_OLD_IMAGES</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>KEYS_ONLY</c>.</param>
internal sealed record TableStream(string Arn, string ViewType)
{
    /// <summary>The view type that a stream is turned on with: it holds all that can be of use.</summary>
    public const string BestView = "NEW_AND_OLD_IMAGES";

    /// <summary>Whether its records hold the items as they became, without which they cannot be replayed.</summary>
    public bool HasNewImages => ViewType is BestView or "NEW_IMAGE";

    /// <summary>A table's stream; null where it is off.</summary>
    public static TableStream? Of(TableDefinition table)
    {
        var specification = table.Table.Child("StreamSpecification");
        return specification is { } setting && setting.IsTrue("StreamEnabled") && table.Table.Text("LatestStreamArn") is { Length: > 0 } arn
            ? new TableStream(arn, setting.Text("StreamViewType") ?? "")
            : null;
    }

    /// <summary>When the table was created, as the service says it; null where it does not.</summary>
    public static string? TableCreated(TableDefinition table) => table.Table.Child("CreationDateTime")?.GetRawText();
}
