namespace DynamoBackup.HelpWriter.Metadata;

/// <summary>How a parameter takes part in one parameter set, or in all: one <c>[Parameter]</c> attribute.</summary>
/// <param name="SetName">The set's name, or <see cref="AllSets"/>.</param>
/// <param name="IsMandatory">Whether it must be given.</param>
/// <param name="Position">Its position, from 0; null where it must be named.</param>
/// <param name="ByValue">Whether it takes pipeline objects themselves.</param>
/// <param name="ByPropertyName">Whether it takes properties of pipeline objects.</param>
internal sealed record ParameterSetEntry(string SetName, bool IsMandatory, int? Position, bool ByValue, bool ByPropertyName)
{
    /// <summary>PowerShell's own name for all parameter sets.</summary>
    public const string AllSets = "__AllParameterSets";

    /// <summary>Pipeline input in the words that PowerShell's help uses.</summary>
    public string PipelineInput => (ByValue, ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}
