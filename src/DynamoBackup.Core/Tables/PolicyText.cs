using System.Text.Encodings.Web;
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
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a policy of a table or of its stream.</summary>
    public static JsonNode Read(string policy, string tableArn, string? streamArn)
    {
        var text = Replace(Replace(policy, streamArn, StreamPlace), tableArn, TablePlace);
        try
        {
            return JsonNode.Parse(text) ?? text;
        }
        catch (JsonException)
        {
            // The service takes only JSON; what a definition by hand holds is for the service to refuse.
            return text;
        }
    }

    /// <summary>Writes a policy for a table and its stream.</summary>
    public static string Write(JsonNode policy, string tableArn, string? streamArn) =>
        (policy is JsonValue value && value.TryGetValue<string>(out var text) ? text : policy.ToJsonString(Relaxed))
            .Replace(StreamPlace, streamArn ?? "", StringComparison.Ordinal).Replace(TablePlace, tableArn, StringComparison.Ordinal);

    /// <summary>Replaces an ARN, and none that only begins like it.</summary>
    private static string Replace(string policy, string? arn, string place) => string.IsNullOrEmpty(arn)
        ? policy
        : Regex.Replace(policy, $"{Regex.Escape(arn)}(?![A-Za-z0-9_.-])", place.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
