using Amazon;

namespace DynamoBackup.Aws;

/// <summary>The regions that the SDK knows.</summary>
public static class RegionList
{
    /// <summary>Display names by system name (<c>eu-central-1</c>), sorted. The SDK's list also has a name for an endpoint of S3 alone, which is no region.</summary>
    public static IReadOnlyDictionary<string, string> Names() => new SortedDictionary<string, string>(
        RegionEndpoint.EnumerableAllRegions.Where(region => char.IsAsciiDigit(region.SystemName[^1])).ToDictionary(region => region.SystemName, region => region.DisplayName), StringComparer.Ordinal);
}
