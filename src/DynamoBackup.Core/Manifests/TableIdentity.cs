namespace DynamoBackup.Manifests;

/// <summary>The parts of a table's ARN: <c>arn:partition:dynamodb:region:account:table/name</c>.</summary>
/// <param name="Partition">Such as <c>aws</c>.</param>
/// <param name="Region">The region's system name.</param>
/// <param name="Account">The account's id.</param>
/// <param name="Name">The table's name.</param>
public sealed record TableIdentity(string Partition, string Region, string Account, string Name)
{
    private const string ResourcePrefix = "table/";

    /// <summary>Reads an ARN; anything behind the table's name (index, stream, export) is left out.</summary>
    /// <param name="arn">The ARN.</param>
    /// <returns>Null where it is not a table's ARN.</returns>
    public static TableIdentity? Parse(string? arn)
    {
        var parts = arn?.Split(':', 6);
        if (parts is not ["arn", var partition, "dynamodb", var region, var account, var resource] || !resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            return null;
        var name = resource[ResourcePrefix.Length..].Split('/')[0];
        return name.Length == 0 || name.Any(char.IsControl) ? null : new TableIdentity(partition, region, account, name);
    }
}
