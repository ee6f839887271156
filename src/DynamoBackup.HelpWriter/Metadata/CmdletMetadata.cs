namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>What a cmdlet's code says about it.</summary>
/// <param name="Verb">The approved verb.</param>
/// <param name="Noun">The noun.</param>
/// <param name="ParameterSets">The sets' names, the default one first; <see cref="ParameterSetEntry.AllSets"/> where there are none.</param>
/// <param name="Parameters">The parameters, inherited ones and -WhatIf and -Confirm included, as declared: the most derived class first.</param>
/// <param name="Outputs">The declared output types.</param>
internal sealed record CmdletMetadata(
    string Verb, string Noun, IReadOnlyList<string> ParameterSets, IReadOnlyList<ParameterMetadata> Parameters, IReadOnlyList<OutputMetadata> Outputs)
{
    /// <summary>The cmdlet's name.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>Full names of the types that the pipeline may bring in.</summary>
    public IEnumerable<string> InputTypes =>
        Parameters.Where(parameter => parameter.TakesPipelineInput).Select(parameter => parameter.TypeName).Distinct();
}
