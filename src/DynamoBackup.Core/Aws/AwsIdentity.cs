using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace DynamoBackup.Aws;

/// <summary>Who signs requests, and for which region, as a connection says it: what the clients of all services share.</summary>
internal sealed partial class AwsIdentity
{
    private readonly AwsConnection _connection;
    private readonly CredentialProfile? _profile;

    private AwsIdentity(AwsConnection connection, CredentialProfile? profile)
    {
        _connection = connection;
        _profile = profile;
    }

    /// <summary>The region that was given, else the profile's; null where neither says one.</summary>
    public string? Region => _connection.Region ?? _profile?.Region?.SystemName;

    /// <summary>Looks the profile up; nothing is sent.</summary>
    /// <exception cref="DynamoBackupException">There is no such profile.</exception>
    public static AwsIdentity Of(AwsConnection connection) =>
        new(connection, connection.ProfileName is null ? null : FindProfile(connection.ProfileName, connection.ProfileLocation));

    /// <summary>Returns the region where its name can be one of AWS's.</summary>
    /// <param name="region">The region's system name.</param>
    /// <param name="parameter">The parameter that gives it, for the message.</param>
    public static RegionEndpoint CheckRegion(string region, string parameter) => RegionName().IsMatch(region)
        ? RegionEndpoint.GetBySystemName(region)
        : throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{region}' is not a region's system name. Give one such as us-east-1 as -{parameter}.", region);

    /// <summary>The credentials; where they must be looked for, that happens at the first request.</summary>
    /// <param name="config">The client's configuration.</param>
    public AWSCredentials CredentialsFor(IClientConfig config)
    {
        if (_connection.CredentialSource is { } source)
            return new SourceCredentials(source);
        if (_connection.AccessKey is not null)
        {
            return _connection.SessionToken is null
                ? new BasicAWSCredentials(_connection.AccessKey, _connection.SecretKey)
                : new SessionAWSCredentials(_connection.AccessKey, _connection.SecretKey, _connection.SessionToken);
        }

        if (_profile is null)
            return new ChainCredentials(config);
        return AWSCredentialsFactory.TryGetAWSCredentials(_profile, new CredentialProfileStoreChain(_connection.ProfileLocation), out var credentials)
            ? credentials
            : throw new DynamoBackupException(BackupErrorCode.ProfileNotFound, $"The AWS profile '{_profile.Name}' holds no usable credentials. Check it with: aws sts get-caller-identity --profile {_profile.Name}", _profile.Name);
    }

    private static CredentialProfile FindProfile(string name, string? location)
    {
        var chain = new CredentialProfileStoreChain(location);
        return chain.TryGetProfile(name, out var profile)
            ? profile
            : throw new DynamoBackupException(
                BackupErrorCode.ProfileNotFound,
                $"There is no AWS profile '{name}'{(location is null ? "" : $" in '{location}'")}. Check the name, or create it with: aws configure --profile {name}", name);
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
