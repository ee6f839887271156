using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Base of the completers: a prompt must never fail, wait long or say anything because of one.</summary>
internal abstract class PromptCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = new TypedWord(wordToComplete);
            return [.. Find(new TypedParameters(commandName, commandAst, fakeBoundParameters)).Where(word.Fits).Select(word.Complete)];
        }
        catch (Exception exception)
        {
            // Half a command line need not make sense: there is nothing to offer yet, and the command itself will say why.
            Trace.WriteLine($"{GetType().Name}: {exception.GetType().Name}");
            return [];
        }
    }

    /// <summary>Everything that could stand there, in the order in which to offer it.</summary>
    protected abstract IEnumerable<Offer> Find(TypedParameters typed);
}
