using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>Credentials that someone else has and renews: asked for anew whenever a request is to be signed.</summary>
internal sealed class SourceCredentials(Func<AwsKeys> source) : AWSCredentials
{
    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        var keys = source();
        return new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken);
    }

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.Run(GetCredentials);
}
