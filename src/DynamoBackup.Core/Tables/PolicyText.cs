using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoBackup.Tables;

/// <summary>
/// A resource-based policy names the resource that it belongs to. In a blueprint it names a placeholder, so that it fits the table that is
/// restored and two tables' policies can be compared. The ARNs of other resources stay.
/// </summary>
internal static class PolicyText
{
    private const string TablePlace = "${dynamobackup:table}";
    private const string StreamPlace = "${dynamobackup:stream}";

    /// <summary>Reads a policy of a table or of its stream.</summary>
    public static string Read(string policy, string tableArn, string? streamArn) => Replace(Replace(policy, streamArn, StreamPlace), tableArn, TablePlace);

    /// <summary>Writes a policy for a table and its stream.</summary>
    public static string Write(string policy, string tableArn, string? streamArn) =>
        policy.Replace(StreamPlace, streamArn ?? "", StringComparison.Ordinal).Replace(TablePlace, tableArn, StringComparison.Ordinal);

    /// <summary>Whether two policies say the same, however their JSON is spelled.</summary>
    public static bool IsSame(string? left, string? right)
    {
        if (left == right)
            return true;
        try
        {
            return left is not null && right is not null && JsonNode.DeepEquals(JsonNode.Parse(left), JsonNode.Parse(right));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Replaces an ARN, and none that only begins like it.</summary>
    private static string Replace(string policy, string? arn, string place) => string.IsNullOrEmpty(arn)
        ? policy
        : Regex.Replace(policy, $"{Regex.Escape(arn)}(?![A-Za-z0-9_.-])", place.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
