namespace DynamoBackup;

/// <summary>How to reach DynamoDB. Everything left null is taken from the AWS SDK's own chain (environment, profile, instance role).</summary>
public sealed record AwsConnection
{
    /// <summary>The region's system name, such as <c>eu-central-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>The service's address, where it is not the region's own. One that holds a user name or password is refused.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>
    /// The address of DynamoDB Streams, where it is neither the region's own nor <see cref="EndpointUrl"/>: for VPC, FIPS and local endpoints. One that holds a
    /// user name or password is refused.
    /// </summary>
    public string? StreamsEndpointUrl { get; init; }

    /// <summary>A profile in the shared AWS configuration files. One that does not exist is an error, never a fall-through.</summary>
    public string? ProfileName { get; init; }

    /// <summary>The shared credentials file to look for the profile in; null means the default one.</summary>
    public string? ProfileLocation { get; init; }

    /// <summary>Access key id; goes with <see cref="SecretKey"/>.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Secret access key. Never printed.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Session token of temporary credentials. Never printed.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Asked for credentials whenever a request is to be signed with new ones; goes before keys and profile. Called from any thread.</summary>
    public Func<AwsKeys>? CredentialSource { get; init; }

    /// <summary>How long a run goes on through failures of the network or the service before it gives up. Throttling is not a failure: it is waited out.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long an endpoint may send and take nothing before a request is given up and made again. A transfer that moves may take as long as it does.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The connection without its secrets.</summary>
    public override string ToString() =>
        $"{(EndpointUrl is null || EndpointUrl.Contains('@') ? Region ?? "default region" : EndpointUrl)}, {(CredentialSource is not null ? "given credentials" : AccessKey is not null ? "given keys" : ProfileName is not null ? $"profile {ProfileName}" : "default credentials")}";
}
