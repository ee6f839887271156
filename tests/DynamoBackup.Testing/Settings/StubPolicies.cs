using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>The policies of a table and its stream; one that was put is not there at the first look.</summary>
internal sealed class StubPolicies
{
    private readonly Dictionary<string, string> _policies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unseen = new(StringComparer.Ordinal);

    public ProxyAnswer Put(JsonObject request, string tableArn, string? streamArn)
    {
        var (resource, policy) = ((string)request["ResourceArn"]!, (string)request["Policy"]!);
        if (resource != tableArn && resource != streamArn) return DynamoErrors.ResourceNotFound($"Resource not found: {resource}");
        try
        {
            foreach (var statement in JsonNode.Parse(policy)!["Statement"]!.AsArray())
            {
                var named = (string)statement!["Resource"]!;
                if (named != resource && !named.StartsWith(resource + "/index/", StringComparison.Ordinal))
                    return DynamoErrors.Validation($"Invalid policy document: Policy resource {named} does not match {resource}");
            }
        }
        catch (JsonException)
        {
            return DynamoErrors.Validation("Invalid policy document: it is not JSON");
        }

        _policies[resource] = policy;
        _unseen.Add(resource);
        return StubAnswers.Ok(new JsonObject { ["RevisionId"] = "1" });
    }

    public ProxyAnswer Get(JsonObject request)
    {
        var resource = (string)request["ResourceArn"]!;
        return _unseen.Remove(resource) || !_policies.TryGetValue(resource, out var policy)
            ? StubAnswers.Error("PolicyNotFoundException", $"Resource-based policy not found for the provided ResourceArn: {resource}")
            : StubAnswers.Ok(new JsonObject { ["Policy"] = policy, ["RevisionId"] = "1" });
    }
}
