using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>An open connection to S3 or to a compatible service: a client of the SDK, and patience with it.</summary>
internal sealed class S3Connection : IDisposable
{
    private const int SdkRetries = 2;

    private readonly AmazonS3Client _client;
    private readonly WireHttpClientFactory _http;
    private readonly IDisposable? _credentials;
    private readonly S3Errors _errors;
    private readonly CallPatience _patience;

    private S3Connection(AmazonS3Client client, WireHttpClientFactory http, IDisposable? credentials, S3Location location, CallPatience patience, IRunOutput output)
    {
        _client = client;
        _http = http;
        _credentials = credentials;
        _errors = new S3Errors(location);
        _patience = patience;
        Output = output;
    }

    /// <summary>Told about waits, and about what is left behind.</summary>
    public IRunOutput Output { get; }

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    /// <exception cref="DynamoBackupException">The options cannot be used.</exception>
    public static S3Connection Open(S3Location location, StoreOptions options, bool usesMd5, IRunOutput output)
    {
        try
        {
            var identity = AwsIdentity.Of(ConnectionOf(options));
            var config = new AmazonS3Config
            {
                MaxErrorRetry = SdkRetries,
                ForcePathStyle = options.PathStyle ?? options.EndpointUrl is not null,
                RequestChecksumCalculation = usesMd5 ? RequestChecksumCalculation.WHEN_REQUIRED : RequestChecksumCalculation.WHEN_SUPPORTED,
                ResponseChecksumValidation = usesMd5 ? ResponseChecksumValidation.WHEN_REQUIRED : ResponseChecksumValidation.WHEN_SUPPORTED,
            };
            ApplyEndpoint(config, options, options.Region ?? identity.Region);
            var source = identity.CredentialsFor(config);
            var http = new WireHttpClientFactory(sockets => new PatientHandler(options.Connection.LongestSilence, sockets));
            config.HttpClientFactory = http;
            return new S3Connection(new WireS3Client(new SigningCredentials(source), config), http, source as IDisposable, location, new CallPatience(options.Connection.Patience, ConnectionOf(options).RenewalPatience()), output);
        }
        catch (Exception exception) when (exception is AmazonClientException or ArgumentException or UriFormatException)
        {
            throw AwsErrors.Translate(exception, "connect to S3", location.ToString());
        }
    }

    /// <summary>Makes a call, with patience: throttling is waited out, and what may pass is tried again for a while.</summary>
    /// <param name="call">The call; a request is made anew for each attempt.</param>
    /// <param name="action">What it does, as words behind "could not".</param>
    /// <param name="access">Whether it reads or writes.</param>
    /// <param name="target">What the error is about.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<T> CallAsync<T>(Func<AmazonS3Client, Task<T>> call, string action, StoreAccess access, string target, CancellationToken cancellationToken) =>
        RunAsync(call, action, access, target, _patience, cancellationToken);

    /// <summary>Makes a call that a short while must be enough for.</summary>
    public Task<T> HurryAsync<T>(Func<AmazonS3Client, Task<T>> call, string action, StoreAccess access, string target, CancellationToken cancellationToken) =>
        RunAsync(call, action, access, target, CallPatience.None, cancellationToken);

    /// <summary>Makes a run's first call: a service that cannot be reached at all is told at once, not after minutes.</summary>
    public Task<T> ProbeAsync<T>(Func<AmazonS3Client, Task<T>> call, string action, StoreAccess access, string target, CancellationToken cancellationToken) => AwsCall.RunAsync(
        () => call(_client), action, CallPatience.None, exception => _errors.TranslateFirst(exception, action, access, target), Output, cancellationToken);

    /// <summary>Gives an exception a code and a next step.</summary>
    public DynamoBackupException Translate(Exception exception, string action, StoreAccess access, string target) => _errors.Translate(exception, action, access, target);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
        _credentials?.Dispose();
    }

    private static AwsConnection ConnectionOf(StoreOptions options) => options.ProfileName is null
        ? options.Connection
        : options.Connection with { ProfileName = options.ProfileName, AccessKey = null, SecretKey = null, SessionToken = null, CredentialSource = null };

    private static void ApplyEndpoint(AmazonS3Config config, StoreOptions options, string? region)
    {
        if (options.EndpointUrl is { } address)
        {
            // A compatible service's region can have any name.
            config.ServiceURL = EndpointAddress.Check(address, "StoreEndpointUrl");
            config.AuthenticationRegion = region ?? RegionEndpoint.USEast1.SystemName;
        }
        else if (region is not null)
        {
            config.RegionEndpoint = AwsIdentity.CheckRegion(region, "StoreRegion");
        }
        else if (config.RegionEndpoint is null && config.ServiceURL is null)
        {
            // AWS tells where the bucket really is, and the SDK follows.
            config.RegionEndpoint = RegionEndpoint.USEast1;
        }
    }

    private Task<T> RunAsync<T>(Func<AmazonS3Client, Task<T>> call, string action, StoreAccess access, string target, CallPatience patience, CancellationToken cancellationToken) => AwsCall.RunAsync(
        () => call(_client), action, patience, exception => _errors.Translate(exception, action, access, target), Output, cancellationToken);
}
