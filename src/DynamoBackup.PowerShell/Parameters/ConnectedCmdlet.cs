using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Pipeline;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Adds the AWS connection parameters, named as in AWS Tools for PowerShell.</summary>
public abstract class ConnectedCmdlet : EngineCmdlet
{
    private Func<AwsKeys>? _credentialSource;

    /// <summary>The region, such as eu-central-1.</summary>
    [Parameter]
    [Alias("RegionToCall")]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    /// <summary>DynamoDB's address, where it is not the region's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointUrl { get; set; }

    /// <summary>A profile in the shared AWS configuration.</summary>
    [Parameter]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ProfileName { get; set; }

    /// <summary>The shared credentials file to look in.</summary>
    [Parameter]
    [Alias("AWSProfilesLocation", "ProfilesLocation")]
    [ValidateNotNullOrEmpty]
    public string? ProfileLocation { get; set; }

    /// <summary>Access key id.</summary>
    [Parameter]
    [Alias("AK")]
    [ValidateNotNullOrEmpty]
    public string? AccessKey { get; set; }

    /// <summary>Secret access key.</summary>
    [Parameter]
    [Alias("SK", "SecretAccessKey")]
    [ValidateNotNullOrEmpty]
    public string? SecretKey { get; set; }

    /// <summary>Session token of temporary credentials.</summary>
    [Parameter]
    [Alias("ST")]
    [ValidateNotNullOrEmpty]
    public string? SessionToken { get; set; }

    /// <summary>Credentials as an object: a PSCredential, or what AWS Tools for PowerShell returns.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSObject? Credential { get; set; }

    /// <summary>The connection that the parameters describe.</summary>
    /// <exception cref="DynamoBackupException">The parameters contradict one another.</exception>
    protected AwsConnection GetConnection()
    {
        if ((AccessKey is null) != (SecretKey is null))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-AccessKey and -SecretKey go together: give both, or neither to use a profile or the default credentials.");
        if (SessionToken is not null && AccessKey is null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-SessionToken needs -AccessKey and -SecretKey beside it.");
        if (AccessKey is not null && ProfileName is not null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Give either -ProfileName or -AccessKey with -SecretKey, not both.");
        if (Credential is not null && (AccessKey is not null || ProfileName is not null))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Give one of -Credential, -ProfileName, and -AccessKey with -SecretKey, not two of them.");
        return new AwsConnection
        {
            Region = Region,
            EndpointUrl = EndpointUrl,
            ProfileName = ProfileName,
            ProfileLocation = ProfileLocation is null ? null : LocationResolver.ToFileSystemPath(this, ProfileLocation),
            AccessKey = AccessKey,
            SecretKey = SecretKey,
            SessionToken = SessionToken,
            CredentialSource = Credential is null ? null : _credentialSource ??= GivenCredentials.ToSource(Credential),
        };
    }
}
