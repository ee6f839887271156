using System.Reflection;

namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>Reads the cmdlets of an assembly without loading it for execution, so that its runtime and PowerShell need not be there.</summary>
internal static class CmdletMetadataReader
{
    /// <summary>The cmdlets, by name.</summary>
    /// <param name="cmdletFile">The assembly that holds the cmdlets; what it needs may lie beside it.</param>
    /// <param name="references">Further assemblies that it needs.</param>
    public static IReadOnlyList<CmdletMetadata> Read(string cmdletFile, IEnumerable<string> references)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(cmdletFile))!;
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var resolver = new PathAssemblyResolver([.. Directory.GetFiles(runtime, "*.dll"), .. references, .. Directory.GetFiles(folder, "*.dll")]);
        using var context = new MetadataLoadContext(resolver, typeof(object).Assembly.GetName().Name);
        return [.. context.LoadFromAssemblyPath(Path.GetFullPath(cmdletFile)).GetTypes()
            .Where(type => !type.IsAbstract)
            .Select(ReadCmdlet)
            .OfType<CmdletMetadata>()
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];
    }

    private static CmdletMetadata? ReadCmdlet(Type type)
    {
        if (CmdletAttributes.Of(type, "CmdletAttribute").SingleOrDefault() is not { } attribute)
            return null;
        var parameters = ParameterMetadataReader.Read(type);
        if (attribute.Named("SupportsShouldProcess", false))
            parameters = [.. parameters, ParameterMetadataReader.CommonSwitch("WhatIf", "wi"), ParameterMetadataReader.CommonSwitch("Confirm", "cf")];
        return new CmdletMetadata(
            (string)attribute.ConstructorArguments[0].Value!,
            (string)attribute.ConstructorArguments[1].Value!,
            ReadSets(parameters, attribute.Named("DefaultParameterSetName", ParameterSetEntry.AllSets)),
            parameters,
            [.. CmdletAttributes.Of(type, "OutputTypeAttribute").SelectMany(output => output.Arguments<Type>()).Select(ReadOutput)]);
    }

    private static List<string> ReadSets(IEnumerable<ParameterMetadata> parameters, string defaultSet)
    {
        var named = parameters.SelectMany(parameter => parameter.Sets).Select(entry => entry.SetName)
            .Where(name => name != ParameterSetEntry.AllSets)
            .Distinct()
            .OrderBy(name => name == defaultSet ? 0 : 1)
            .ToList();
        return named.Count > 0 ? named : [ParameterSetEntry.AllSets];
    }

    private static OutputMetadata ReadOutput(Type type)
    {
        var isOwn = type.Namespace?.StartsWith(nameof(System), StringComparison.Ordinal) != true;
        var properties = isOwn ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance) : [];
        return new OutputMetadata(type.FullName!, [.. properties.Select(property => property.Name)]);
    }
}
