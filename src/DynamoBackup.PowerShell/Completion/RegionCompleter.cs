using DynamoBackup.Aws;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers AWS's regions.</summary>
internal sealed class RegionCompleter : PromptCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<Offer> Find(TypedParameters typed) => Lookup.Find("regions", (found, _) =>
    {
        foreach (var (name, place) in RegionList.Names())
            found(new Offer(name, place));
        return Task.CompletedTask;
    });
}
