using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>Credentials that the caller hands out, asked for anew whenever a request is signed: whoever gives them renews them.</summary>
internal sealed class SourceCredentials(Func<AwsKeys> source) : AWSCredentials
{
    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            var keys = source();
            return new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken);
        }
        catch (Exception exception) when (exception is not DynamoBackupException)
        {
            throw new DynamoBackupException(
                BackupErrorCode.CredentialsNotFound, $"The given credentials could not be read: {exception.Message} Renew them, then run the command again.", null, exception);
        }
    }
}
