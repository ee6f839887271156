using System.Text.Json.Nodes;

namespace DynamoBackup.Tables;

/// <summary>
/// Compares a table with what it should be, setting by setting. What only tells a state or an identity is in no blueprint, so whatever
/// differs here is something that a user set.
/// </summary>
internal static class DefinitionComparison
{
    private static readonly HashSet<string> ByName = new(StringComparer.Ordinal)
    {
        TableBlueprint.LocalIndexes, TableBlueprint.GlobalIndexes, TableBlueprint.VectorIndexes,
    };

    /// <summary>Finds what differs.</summary>
    /// <param name="wanted">What the table should be.</param>
    /// <param name="found">What it is.</param>
    /// <returns>The differences, in the order of their names.</returns>
    public static IReadOnlyList<SettingDifference> Compare(TableBlueprint wanted, TableBlueprint found)
    {
        var differences = new List<SettingDifference>();
        foreach (var section in Names(wanted.Sections, found.Sections).Where(section => !wanted.OnRequest.Contains(section)))
        {
            var (left, right) = (wanted.Sections[section], found.Sections[section]);
            if (ByName.Contains(section))
                CompareIndexes(section, left as JsonObject ?? [], right as JsonObject ?? [], wanted.OnRequest, differences);
            else if (!IsSame(section, left, right))
                differences.Add(new SettingDifference(section, section, Spell(left), Spell(right)));
        }

        return differences;
    }

    private static void CompareIndexes(string section, JsonObject wanted, JsonObject found, HashSet<string> onRequest, List<SettingDifference> differences)
    {
        foreach (var index in Names(wanted, found))
        {
            if (wanted[index] is not JsonObject left || found[index] is not JsonObject right)
            {
                differences.Add(new SettingDifference(section, $"index '{index}'", Spell(wanted[index]), Spell(found[index])));
                continue;
            }

            // A property that is a setting of its own is told with that setting.
            differences.AddRange(Names(left, right)
                .Where(property => !onRequest.Contains(property) && !IsSame(property, left[property], right[property]))
                .Select(property => new SettingDifference(
                    Enum.IsDefined(typeof(TableSetting), property) ? Enum.Parse<TableSetting>(property).ToString() : section,
                    $"{property} of index '{index}'", Spell(left[property]), Spell(right[property]))));
        }
    }

    private static IEnumerable<string> Names(JsonObject left, JsonObject right) =>
        left.Select(property => property.Key).Union(right.Select(property => property.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static bool IsSame(string name, JsonNode? wanted, JsonNode? found) => name switch
    {
        nameof(TableSetting.WarmThroughput) => IsWarmEnough(wanted as JsonObject ?? [], found as JsonObject ?? []),
        nameof(TableSetting.ResourcePolicy) => IsSamePolicy(wanted, found, "Table") && IsSamePolicy(wanted, found, "Stream"),
        _ => JsonNode.DeepEquals(wanted, found),
    };

    private static bool IsSamePolicy(JsonNode? wanted, JsonNode? found, string resource) => PolicyText.IsSame((string?)wanted?[resource], (string?)found?[resource]);

    /// <summary>It grows by itself with the table and its load, and every table has some.</summary>
    private static bool IsWarmEnough(JsonObject wanted, JsonObject found) =>
        wanted.All(limit => found[limit.Key] is { } value && (long)value >= (long)limit.Value!);

    private static string Spell(JsonNode? value) => value?.ToJsonString() ?? "not set";
}

/// <summary>One setting in which a table is not what it should be.</summary>
/// <param name="Section">The section of the blueprint.</param>
/// <param name="What">The setting, or the part of it that differs.</param>
/// <param name="Wanted">What it should be, as JSON.</param>
/// <param name="Found">What it is, as JSON.</param>
internal sealed record SettingDifference(string Section, string What, string Wanted, string Found);
