namespace DynamoBackup.Aws;

/// <summary>Who renews credentials.</summary>
internal static class Renewal
{
    /// <summary>How long expired credentials are waited for: keys that were given as such stay what they are, all others may be renewed.</summary>
    public static TimeSpan RenewalPatience(this AwsConnection connection) =>
        connection.AccessKey is not null && connection.CredentialSource is null ? TimeSpan.Zero : connection.Patience;
}
