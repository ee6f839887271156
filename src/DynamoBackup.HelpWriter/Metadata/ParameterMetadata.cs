namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>What the code says about a parameter.</summary>
internal sealed record ParameterMetadata
{
    /// <summary>The name, without the hyphen.</summary>
    public required string Name { get; init; }

    /// <summary>The full type name; of a nullable type, the type without the null.</summary>
    public required string TypeName { get; init; }

    /// <summary>The type's name as syntax shows it.</summary>
    public required string ShortTypeName { get; init; }

    /// <summary>The names of the values, where the type is an enumeration.</summary>
    public IReadOnlyList<string> EnumValues { get; init; } = [];

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether wildcards are taken.</summary>
    public bool SupportsWildcards { get; init; }

    /// <summary>Its parts in parameter sets.</summary>
    public required IReadOnlyList<ParameterSetEntry> Sets { get; init; }

    /// <summary>True where the name alone is the value.</summary>
    public bool IsSwitch => TypeName == "System.Management.Automation.SwitchParameter";

    /// <summary>True where it takes several values.</summary>
    public bool IsArray => TypeName.EndsWith("[]", StringComparison.Ordinal);

    /// <summary>True where pipeline objects themselves bind to it.</summary>
    public bool TakesPipelineInput => Sets.Any(entry => entry.ByValue);

    /// <summary>The part in one set; null where the parameter does not belong to it.</summary>
    public ParameterSetEntry? In(string setName) =>
        Sets.FirstOrDefault(entry => entry.SetName == setName) ?? Sets.FirstOrDefault(entry => entry.SetName == ParameterSetEntry.AllSets);
}
