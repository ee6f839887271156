using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>A table's tags, listed in small pages.</summary>
internal sealed class StubTags
{
    private const int PageSize = 3;
    private readonly SortedDictionary<string, string> _tags = new(StringComparer.Ordinal);

    public void Set(string key, string value) => _tags[key] = value;

    public ProxyAnswer Add(JsonObject request)
    {
        foreach (var tag in request["Tags"]!.AsArray())
        {
            if (((string)tag!["Key"]!).StartsWith("aws:", StringComparison.Ordinal)) return DynamoErrors.Validation("One or more parameter values were invalid: Tag keys beginning with aws: are reserved.");
            Set((string)tag["Key"]!, (string)tag["Value"]!);
        }

        return new ProxyAnswer(200, []);
    }

    public ProxyAnswer List(JsonObject request)
    {
        var start = (string?)request["NextToken"] is { } token ? int.Parse(token, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var page = _tags.Skip(start).Take(PageSize).Select(tag => (JsonNode)new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value });
        var answer = new JsonObject { ["Tags"] = new JsonArray([.. page]) };
        if (start + PageSize < _tags.Count) answer["NextToken"] = $"{start + PageSize}";
        return StubAnswers.Ok(answer);
    }
}
