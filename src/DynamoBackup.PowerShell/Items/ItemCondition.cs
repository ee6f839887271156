using System.Management.Automation;
using DynamoBackup.PowerShell.Pipeline;

namespace DynamoBackup.PowerShell.Items;

/// <summary>A user's condition on items, as Where-Object takes one. It runs on the pipeline thread only.</summary>
internal sealed class ItemCondition(ScriptBlock script)
{
    private readonly PSVariable _item = new("_");

    /// <summary>Makes a chooser of a script; null where there is none.</summary>
    /// <param name="script">The condition.</param>
    /// <param name="pipeline">Where it is run.</param>
    public static ItemChooser? Chooser(ScriptBlock? script, IPipelineThread pipeline)
    {
        if (script is null)
            return null;
        var condition = new ItemCondition(script);
        return async (items, cancellationToken) =>
        {
            var answers = new bool[items.Count];
            await pipeline.RunAsync(
                () =>
                {
                    for (var index = 0; index < answers.Length; index++)
                        answers[index] = condition.Takes(ItemReader.ToObject(items[index].Span));
                },
                cancellationToken);
            return answers;
        };
    }

    /// <summary>Runs the condition with the item as <c>$_</c>.</summary>
    public bool Takes(object item)
    {
        _item.Value = item;
        return LanguagePrimitives.IsTrue(script.InvokeWithContext(null, [_item], item));
    }
}
