using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace DynamoBackup.Aws;

/// <summary>An open connection to DynamoDB: a client of the SDK whose requests pass through <see cref="WireHandler"/>.</summary>
internal sealed class DynamoConnection : IDisposable
{
    private const int SdkRetries = 2;
    private readonly WireHttpClientFactory _http;
    private readonly SigningCredentials _signing;
    private readonly IDisposable? _credentials;

    private DynamoConnection(AmazonDynamoDBClient client, WireHttpClientFactory http, SigningCredentials signing, IDisposable? credentials, AwsConnection settings)
    {
        Client = client;
        Patience = settings.Patience;
        RenewalPatience = settings.RenewalPatience();
        _http = http;
        _signing = signing;
        _credentials = credentials;
    }

    /// <summary>The SDK's client.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>How long calls go on through failures of the network or the service.</summary>
    public TimeSpan Patience { get; }

    /// <summary>The endpoint's address, or the region where the SDK finds it out.</summary>
    public string Endpoint => Client.Config.ServiceURL ?? Client.Config.RegionEndpoint?.SystemName ?? "";

    /// <summary>How long calls wait for credentials that have expired to be renewed.</summary>
    public TimeSpan RenewalPatience { get; }

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    /// <exception cref="DynamoBackupException">The connection's settings cannot be used.</exception>
    public static DynamoConnection Open(AwsConnection connection) => Open(connection, ApplyEndpoint);

    /// <summary>Opens a connection to DynamoDB Streams, which has an endpoint of its own; nothing is sent yet.</summary>
    /// <exception cref="DynamoBackupException">The connection's settings cannot be used.</exception>
    public static DynamoConnection OpenStreams(AwsConnection connection) => Open(connection, (config, settings, identity) =>
    {
        if (settings.StreamsEndpointUrl is not { } address)
        {
            ApplyEndpoint(config, settings, identity);
            StreamsEndpoint.Apply(config);
            return;
        }

        ApplyEndpoint(config, settings with { EndpointUrl = EndpointAddress.Check(address, nameof(AwsConnection.StreamsEndpointUrl)) }, identity);
    });

    /// <summary>
    /// Makes a call that has been made before once more, without the SDK's pipeline. Only plain success counts: of anything else, the caller makes the
    /// call by the SDK, which knows what each error means. So it must be one that may be made twice.
    /// </summary>
    /// <param name="exchange">The exchange of the calls; it gets the response.</param>
    /// <param name="body">This call's body.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether the service has answered with success.</returns>
    public async Task<bool> TryRepeatAsync(WireExchange exchange, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (exchange.Template is not { } template)
            return false;
        exchange.RequestBody = null;
        using var request = template.Create(body, await _signing.GetCredentialsAsync());
        var succeeded = false;
        try
        {
            using var response = await exchange.FlowThrough(() => _http.SendAsync(request, cancellationToken));
            succeeded = response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (AwsErrors.IsNetwork(exception))
        {
            // The SDK's attempt, which follows, meets the same network and reports it.
        }

        if (!succeeded)
            exchange.Template = null;
        return succeeded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
        _credentials?.Dispose();
    }

    private static DynamoConnection Open(AwsConnection connection, Action<AmazonDynamoDBConfig, AwsConnection, AwsIdentity> applyEndpoint)
    {
        try
        {
            // The SDK's ten retries wait unseen; a few are left to it, and AwsCall goes on from there and says so.
            var config = new AmazonDynamoDBConfig { MaxErrorRetry = SdkRetries };
            var identity = AwsIdentity.Of(connection);
            applyEndpoint(config, connection, identity);
            var source = identity.CredentialsFor(config);
            var credentials = new SigningCredentials(source);
            var http = new WireHttpClientFactory(sockets => new WireHandler(credentials, connection.LongestSilence, sockets));
            config.HttpClientFactory = http;
            return new DynamoConnection(new WireDynamoClient(credentials, config), http, credentials, source as IDisposable, connection);
        }
        catch (Exception exception) when (exception is AmazonClientException or ArgumentException or UriFormatException)
        {
            throw AwsErrors.Translate(exception, "connect to DynamoDB", null);
        }
    }

    private static void ApplyEndpoint(AmazonDynamoDBConfig config, AwsConnection connection, AwsIdentity identity)
    {
        var region = identity.Region is { } name ? AwsIdentity.CheckRegion(name, "Region") : null;
        if (connection.EndpointUrl is { } address)
        {
            config.ServiceURL = EndpointAddress.Check(address, "EndpointUrl");
            config.AuthenticationRegion = (region ?? FallbackRegion())?.SystemName ?? RegionEndpoint.USEast1.SystemName;
        }
        else if (region is not null)
        {
            config.RegionEndpoint = region;
        }
        else if (config.RegionEndpoint is null && config.ServiceURL is null)
        {
            throw new DynamoBackupException(BackupErrorCode.RegionNotFound, "No region is set. Give -Region, or set AWS_REGION, or a region in the profile.");
        }
    }

    private static RegionEndpoint? FallbackRegion() => FallbackRegionFactory.GetRegionEndpoint();
}
