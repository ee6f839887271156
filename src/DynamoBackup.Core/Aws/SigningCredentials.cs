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
    public override ImmutableCredentials GetCredentials() => Remember(inner.GetCredentials());

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync() => Remember(await inner.GetCredentialsAsync());

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
}
