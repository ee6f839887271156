using System.Reflection;

namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>Reads a cmdlet's parameters, its base classes' included.</summary>
internal static class ParameterMetadataReader
{
    /// <summary>The parameters as declared, those of the most derived class first.</summary>
    public static IReadOnlyList<ParameterMetadata> Read(Type cmdlet)
    {
        var parameters = new List<ParameterMetadata>();
        for (var type = cmdlet; type is not null; type = type.BaseType)
        {
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (parameters.TrueForAll(known => known.Name != property.Name) && ReadParameter(property) is { } parameter)
                    parameters.Add(parameter);
            }
        }

        return parameters;
    }

    /// <summary>One of the switches that PowerShell itself adds to a cmdlet.</summary>
    public static ParameterMetadata CommonSwitch(string name, string alias) => new()
    {
        Name = name,
        TypeName = "System.Management.Automation.SwitchParameter",
        ShortTypeName = "SwitchParameter",
        Aliases = [alias],
        Sets = [new ParameterSetEntry(ParameterSetEntry.AllSets, false, null, false, false)],
    };

    private static ParameterMetadata? ReadParameter(PropertyInfo property)
    {
        var sets = CmdletAttributes.Of(property, "ParameterAttribute").Select(ReadSet).ToList();
        if (sets.Count == 0)
            return null;
        var type = WithoutNullable(property.PropertyType);
        return new ParameterMetadata
        {
            Name = property.Name,
            TypeName = type.FullName!,
            ShortTypeName = type.Name,
            EnumValues = type.IsEnum ? [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)] : [],
            Aliases = [.. CmdletAttributes.Of(property, "AliasAttribute").SelectMany(attribute => attribute.Arguments<string>())],
            SupportsWildcards = CmdletAttributes.Of(property, "SupportsWildcardsAttribute").Any(),
            Sets = sets,
        };
    }

    private static ParameterSetEntry ReadSet(CustomAttributeData attribute) => new(
        attribute.Named("ParameterSetName", ParameterSetEntry.AllSets),
        attribute.Named("Mandatory", false),
        attribute.Named("Position", int.MinValue) is var position and >= 0 ? position : null,
        attribute.Named("ValueFromPipeline", false),
        attribute.Named("ValueFromPipelineByPropertyName", false));

    // Compared by name: the type is of the metadata's world, where typeof's Nullable<> is another one.
    private static Type WithoutNullable(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition().FullName == typeof(Nullable<>).FullName ? type.GetGenericArguments()[0] : type;
}
