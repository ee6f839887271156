using System.Globalization;
using System.Xml.Linq;
using DynamoBackup.HelpWriter.Metadata;
using DynamoBackup.HelpWriter.Pages;
using static DynamoBackup.HelpWriter.Maml.MamlNames;

namespace DynamoBackup.HelpWriter.Maml;

/// <summary>One parameter's help.</summary>
internal static class MamlParameter
{
    private const string WhatIfText = "Shows what would happen if the cmdlet runs. Nothing is written.";
    private const string ConfirmText = "Prompts you for confirmation before running the cmdlet.";

    /// <summary>Makes the element for one parameter set's syntax, or for the list of all parameters.</summary>
    /// <param name="parameter">The code's facts.</param>
    /// <param name="entry">The part in the parameter set; null for the list of all parameters.</param>
    /// <param name="page">The page with the text.</param>
    public static XElement Create(ParameterMetadata parameter, ParameterSetEntry? entry, CommandPage page)
    {
        var shown = entry ?? parameter.Sets[0];
        var text = page.Parameters.FirstOrDefault(text => text.Name == parameter.Name);
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Bool(shown.IsMandatory)),
            new XAttribute("variableLength", Bool(parameter.IsArray)),
            new XAttribute("globbing", Bool(parameter.SupportsWildcards)),
            new XAttribute("pipelineInput", shown.PipelineInput),
            new XAttribute("position", shown.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(Text + "name", parameter.Name),
            new XElement(Text + "description", text is null ? CommonText(parameter) : Paragraphs(text.Text)),
            Values(parameter),
            // In syntax, a switch is its name alone.
            parameter.IsSwitch && entry is not null ? null : Value(parameter),
            MamlNames.Type(parameter.TypeName),
            new XElement(Dev + "defaultValue", text?.DefaultValue ?? (parameter.IsSwitch ? "False" : "None")));
    }

    private static XElement Value(ParameterMetadata parameter) => new(
        Command + "parameterValue",
        new XAttribute("required", Bool(!parameter.IsSwitch)),
        new XAttribute("variableLength", Bool(parameter.IsArray)),
        parameter.ShortTypeName);

    private static XElement? Values(ParameterMetadata parameter) => parameter.EnumValues.Count == 0 ? null : new XElement(
        Command + "parameterValueGroup",
        parameter.EnumValues.Select(value => new XElement(
            Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value)));

    private static XElement CommonText(ParameterMetadata parameter) => new(Text + "para", parameter.Name == "WhatIf" ? WhatIfText : ConfirmText);

    private static string Bool(bool value) => value ? "true" : "false";
}
