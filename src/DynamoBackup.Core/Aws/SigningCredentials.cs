using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>
/// Hands the SDK another provider's credentials and remembers those handed out last, so that a request can be signed again with just
/// the ones that the SDK signed it with, also while they are being renewed.
/// </summary>
internal sealed class SigningCredentials(AWSCredentials inner) : AWSCredentials
{
    private const int Remembered = 64;
    private readonly object _lock = new();
    private readonly LinkedList<ImmutableCredentials> _recent = new();

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return Remember(inner.GetCredentials());
        }
        catch (Exception exception) when (IsFinal(exception))
        {
            throw Unusable(exception);
        }
    }

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return Remember(await inner.GetCredentialsAsync());
        }
        catch (Exception exception) when (IsFinal(exception))
        {
            throw Unusable(exception);
        }
    }

    /// <summary>The secret that goes with an access key that was handed out.</summary>
    /// <exception cref="InvalidOperationException">The key was not handed out lately.</exception>
    public string SecretKeyOf(string accessKey)
    {
        lock (_lock)
        {
            return _recent.FirstOrDefault(credentials => credentials.AccessKey == accessKey)?.SecretKey
                ?? throw new InvalidOperationException("The request was signed with credentials that this client did not hand out.");
        }
    }

    private ImmutableCredentials Remember(ImmutableCredentials credentials)
    {
        lock (_lock)
        {
            if (_recent.First?.Value.AccessKey == credentials.AccessKey && _recent.First.Value.SecretKey == credentials.SecretKey)
                return credentials;
            _recent.AddFirst(credentials);
            if (_recent.Count > Remembered)
                _recent.RemoveLast();
            return credentials;
        }
    }

    /// <summary>True for what the service that hands keys out has refused, or what cannot even be asked for; a network that fails is not that.</summary>
    private static bool IsFinal(Exception exception) =>
        exception is not (DynamoBackupException or OperationCanceledException) && !AwsErrors.IsThrottling(exception) && !AwsErrors.IsTransient(exception);

    private static DynamoBackupException Unusable(Exception exception)
    {
        // The service says why a role may not be assumed; what is wrapped around that says which role.
        Exception? cause = exception;
        while (cause is not (null or AmazonServiceException))
            cause = cause.InnerException;
        var said = exception.Message.TrimEnd('.');
        if (cause is not null && cause != exception)
            said += $": {cause.Message.TrimEnd('.')}";
        return new DynamoBackupException(
            BackupErrorCode.CredentialsNotFound,
            $"There are no usable credentials: {said}. Sign in again (aws sso login), or check the profile and its role, then run the command again.",
            null, exception);
    }
}
