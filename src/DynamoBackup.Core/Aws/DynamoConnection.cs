using System.Text.RegularExpressions;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace DynamoBackup.Aws;

/// <summary>An open connection to DynamoDB: a client of the SDK whose requests pass through <see cref="WireHandler"/>.</summary>
internal sealed partial class DynamoConnection : IDisposable
{
    private const int SdkRetries = 2;
    private readonly WireHttpClientFactory _http;

    private readonly IDisposable? _credentials;

    private DynamoConnection(AmazonDynamoDBClient client, WireHttpClientFactory http, IDisposable? credentials, TimeSpan patience)
    {
        Client = client;
        Patience = patience;
        _http = http;
        _credentials = credentials;
    }

    /// <summary>The SDK's client.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>How long calls go on through failures of the network or the service.</summary>
    public TimeSpan Patience { get; }

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    /// <exception cref="DynamoBackupException">The connection's settings cannot be used.</exception>
    public static DynamoConnection Open(AwsConnection connection)
    {
        try
        {
            // The SDK's ten retries wait unseen; a few are left to it, and AwsCall goes on from there and says so.
            var config = new AmazonDynamoDBConfig { MaxErrorRetry = SdkRetries };
            var profile = connection.ProfileName is null ? null : FindProfile(connection.ProfileName, connection.ProfileLocation);
            ApplyEndpoint(config, connection, profile);
            var source = CredentialsOf(connection, profile, config);
            var credentials = new SigningCredentials(source);
            var http = new WireHttpClientFactory(credentials);
            config.HttpClientFactory = http;
            return new DynamoConnection(new WireDynamoClient(credentials, config), http, source as IDisposable, connection.Patience);
        }
        catch (Exception exception) when (exception is AmazonClientException or ArgumentException or UriFormatException)
        {
            throw AwsErrors.Translate(exception, "connect to DynamoDB", null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
        _credentials?.Dispose();
    }

    private static void ApplyEndpoint(AmazonDynamoDBConfig config, AwsConnection connection, CredentialProfile? profile)
    {
        if (connection.Region is { } region && !RegionName().IsMatch(region))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{region}' is not a region's system name. Give one such as us-east-1.", region);
        var endpoint = connection.Region is not null ? RegionEndpoint.GetBySystemName(connection.Region) : profile?.Region;
        if (connection.EndpointUrl is not null)
        {
            if (!Uri.TryCreate(connection.EndpointUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{connection.EndpointUrl}' is not an endpoint's address. Give one such as http://127.0.0.1:8000.", connection.EndpointUrl);
            config.ServiceURL = connection.EndpointUrl;
            config.AuthenticationRegion = (endpoint ?? FallbackRegion())?.SystemName ?? RegionEndpoint.USEast1.SystemName;
        }
        else if (endpoint is not null)
        {
            config.RegionEndpoint = endpoint;
        }
        else if (config.RegionEndpoint is null && config.ServiceURL is null)
        {
            throw new DynamoBackupException(BackupErrorCode.RegionNotFound, "No region is set. Give -Region, or set AWS_REGION, or a region in the profile.");
        }
    }

    private static RegionEndpoint? FallbackRegion() => FallbackRegionFactory.GetRegionEndpoint();

    private static CredentialProfile FindProfile(string name, string? location)
    {
        var chain = new CredentialProfileStoreChain(location);
        return chain.TryGetProfile(name, out var profile)
            ? profile
            : throw new DynamoBackupException(
                BackupErrorCode.ProfileNotFound,
                $"There is no AWS profile '{name}'{(location is null ? "" : $" in '{location}'")}. Check the name, or create it with: aws configure --profile {name}", name);
    }

    private static AWSCredentials CredentialsOf(AwsConnection connection, CredentialProfile? profile, AmazonDynamoDBConfig config)
    {
        if (connection.CredentialSource is { } source)
            return new SourceCredentials(source);
        if (connection.AccessKey is not null)
        {
            return connection.SessionToken is null
                ? new BasicAWSCredentials(connection.AccessKey, connection.SecretKey)
                : new SessionAWSCredentials(connection.AccessKey, connection.SecretKey, connection.SessionToken);
        }

        if (profile is null)
            return new ChainCredentials(config);
        return AWSCredentialsFactory.TryGetAWSCredentials(profile, new CredentialProfileStoreChain(connection.ProfileLocation), out var credentials)
            ? credentials
            : throw new DynamoBackupException(BackupErrorCode.ProfileNotFound, $"The AWS profile '{profile.Name}' holds no usable credentials. Check it with: aws sts get-caller-identity --profile {profile.Name}", profile.Name);
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
