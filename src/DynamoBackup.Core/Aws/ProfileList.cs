using Amazon.Runtime.CredentialManagement;

namespace DynamoBackup.Aws;

/// <summary>The profiles of the shared AWS configuration.</summary>
public static class ProfileList
{
    /// <summary>Regions by profile name, sorted; empty where a profile has none. Nothing but the files on this machine is looked at.</summary>
    /// <param name="location">The shared credentials file; null means the default one.</param>
    public static IReadOnlyDictionary<string, string> Read(string? location)
    {
        var profiles = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var profile in new CredentialProfileStoreChain(location).ListProfiles())
            profiles.TryAdd(profile.Name, profile.Region?.SystemName ?? "");
        return profiles;
    }
}
