using DynamoBackup.Aws;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers the profiles of the shared AWS configuration.</summary>
internal sealed class ProfileCompleter : PromptCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<Offer> Find(TypedParameters typed)
    {
        var location = TypedConnection.ProfileLocation(typed);
        return Lookup.Find($"profiles\n{location}\n{TypedConnection.EnvironmentKey()}", (found, _) =>
        {
            foreach (var (name, region) in ProfileList.Read(location))
                found(new Offer(name, region.Length > 0 ? $"profile, {region}" : "profile"));
            return Task.CompletedTask;
        });
    }
}
