using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace DynamoBackup.Aws;

/// <summary>The SDK's default credentials (environment, profile, container, instance), looked for when they are first needed.</summary>
internal sealed class ChainCredentials(IClientConfig config) : AWSCredentials, IDisposable
{
    private readonly DefaultAWSCredentialsIdentityResolver _resolver = new();

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => Resolve().GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => Resolve().GetCredentialsAsync();

    /// <inheritdoc/>
    public void Dispose() => _resolver.Dispose();

    private AWSCredentials Resolve()
    {
        try
        {
            return _resolver.ResolveIdentity(config);
        }
        catch (AmazonClientException exception)
        {
            // The SDK's message lists each provider's failure; none of them holds a secret.
            throw new DynamoBackupException(
                BackupErrorCode.CredentialsNotFound,
                $"No AWS credentials were found. Give -ProfileName, or -AccessKey and -SecretKey, or set up the default chain (environment, profile, role). {exception.Message.ReplaceLineEndings(" ").Trim()}",
                null, exception);
        }
    }
}
