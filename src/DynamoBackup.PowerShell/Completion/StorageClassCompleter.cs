using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers the storage classes whose objects can be read at once.</summary>
public sealed class StorageClassCompleter : IArgumentCompleter
{
    private static readonly (string Name, string Tip)[] Classes =
    [
        ("STANDARD", "for what is read often"),
        ("STANDARD_IA", "cheaper to keep, reading costs; charged for 30 days at least"),
        ("ONEZONE_IA", "as STANDARD_IA, in one availability zone only"),
        ("INTELLIGENT_TIERING", "moves between tiers by use"),
        ("GLACIER_IR", "archive that is read at once; charged for 90 days at least"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Classes.Where(known => known.Name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(known => new CompletionResult(known.Name, known.Name, CompletionResultType.ParameterValue, known.Tip));
}
