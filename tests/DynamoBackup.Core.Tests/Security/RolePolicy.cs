using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoBackup.Core.Tests.House;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Security;

/// <summary>
/// One role in docs/SECURITY.md: below a heading with the role's name in backticks, a policy in a block of JSON, and a list of the actions that
/// the role needs on a condition only, each with that condition.
/// </summary>
internal sealed partial class RolePolicy
{
    private RolePolicy(string role, string text)
    {
        Role = role;
        using var policy = JsonDocument.Parse(JsonBlock().Match(text).Groups["json"].Value);
        Version = policy.RootElement.GetProperty(nameof(Version)).GetString()!;
        Statements = [.. policy.RootElement.GetProperty("Statement").EnumerateArray().Select(statement => statement.Clone())];
        Actions = [.. Statements.SelectMany(statement => Texts(statement, "Action"))];
        Conditional = [.. ConditionalLine().Matches(text).Select(match => match.Groups["action"].Value)];
    }

    public string Role { get; }

    public string Version { get; }

    public IReadOnlyList<JsonElement> Statements { get; }

    /// <summary>The actions that the policy allows.</summary>
    public IReadOnlyList<string> Actions { get; }

    /// <summary>Those that are needed on a condition only.</summary>
    public IReadOnlyList<string> Conditional { get; }

    /// <summary>All roles in the document.</summary>
    public static IReadOnlyList<RolePolicy> All { get; } = ReadAll();

    public static RolePolicy Of(string role) => All.Single(policy => policy.Role == role);

    /// <summary>A statement's actions or resources: one text or a list of them.</summary>
    public static IEnumerable<string> Texts(JsonElement statement, string name)
    {
        var value = statement.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(element => element.GetString()!).ToList() : [value.GetString()!];
    }

    /// <summary>Lets a proxy refuse what the policy does not allow, as AWS would.</summary>
    public Task EnforceAsync(ProxyExchange exchange)
    {
        if (!Actions.Contains(IamAction.Of(exchange.Operation)))
            exchange.Respond(DynamoErrors.AccessDenied(IamAction.Of(exchange.Operation)));
        return Task.CompletedTask;
    }

    /// <summary>Asserts that every call made is allowed, and that every allowed action was called or is said to be conditional.</summary>
    /// <param name="service">The service whose calls the proxy saw: <c>dynamodb</c> or <c>s3</c>.</param>
    /// <param name="operations">The operations that were called.</param>
    public void AssertFits(string service, IEnumerable<string> operations)
    {
        var called = operations.Select(IamAction.Of).ToHashSet();
        Assert.Empty(called.Except(Actions));
        Assert.Empty(Actions.Where(action => action.StartsWith($"{service}:", StringComparison.Ordinal)).Except(called).Except(Conditional));
    }

    private static IReadOnlyList<RolePolicy> ReadAll()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "SECURITY.md")).ReplaceLineEndings("\n");
        return [.. RoleSection().Matches(document).Select(match => new RolePolicy(match.Groups["role"].Value, match.Groups["text"].Value))];
    }

    [GeneratedRegex("^### `(?<role>[a-z-]+)`[^\n]*\n(?<text>(?:(?!^##).*\n?)*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RoleSection();

    [GeneratedRegex("^```json\n(?<json>(?:.*\n)*?)```$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("^- `(?<action>[a-z0-9]+:[A-Za-z]+)`: .+", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ConditionalLine();
}
