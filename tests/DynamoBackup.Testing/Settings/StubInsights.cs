using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>Contributor Insights of a table and its global indexes; turning it on takes until the second look.</summary>
internal sealed class StubInsights(string table, HashSet<string> indexes)
{
    private readonly Dictionary<string, (string Status, string Mode)> _insights = new(StringComparer.Ordinal);

    public ProxyAnswer Update(JsonObject request)
    {
        var index = (string?)request["IndexName"] ?? "";
        if (index.Length > 0 && !indexes.Contains(index)) return DynamoErrors.ResourceNotFound($"Requested resource not found: Index: {index}");
        _insights[index] = ("ENABLING", (string?)request["ContributorInsightsMode"] ?? "ACCESSED_AND_THROTTLED_KEYS");
        return StubAnswers.Ok(new JsonObject { ["TableName"] = table, ["ContributorInsightsStatus"] = "ENABLING" });
    }

    public ProxyAnswer Describe(JsonObject request)
    {
        var index = (string?)request["IndexName"] ?? "";
        var answer = new JsonObject { ["TableName"] = table, ["ContributorInsightsStatus"] = "DISABLED" };
        if (index.Length > 0) answer["IndexName"] = index;
        if (!_insights.TryGetValue(index, out var known)) return StubAnswers.Ok(answer);
        answer["ContributorInsightsStatus"] = known.Status;
        answer["ContributorInsightsMode"] = known.Mode;
        answer["LastUpdateDateTime"] = 1.7E9;
        _insights[index] = ("ENABLED", known.Mode);
        return StubAnswers.Ok(answer);
    }
}
