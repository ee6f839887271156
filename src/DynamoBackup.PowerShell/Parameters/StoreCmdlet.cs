using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Adds the parameters that say how to reach a store that is not a folder; the table's endpoint and the store's can differ.</summary>
public abstract class StoreCmdlet : ConnectedCmdlet
{
    /// <summary>The store's address, where it is an S3-compatible service.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StoreEndpointUrl { get; set; }

    /// <summary>The store's region.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? StoreRegion { get; set; }

    /// <summary>The profile whose credentials the store gets.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? StoreProfileName { get; set; }

    /// <summary>Whether the bucket is a part of the path, not of the host name.</summary>
    [Parameter]
    public bool? StorePathStyle { get; set; }

    /// <summary>How the bytes of a request to the store are protected on their way.</summary>
    [Parameter]
    public StoreChecksum StoreChecksum { get; set; }

    /// <summary>The store's options that the parameters describe.</summary>
    /// <param name="connection">The table's connection, whose credentials and region the store gets unless said otherwise.</param>
    protected virtual StoreOptions GetStoreOptions(AwsConnection connection) => new()
    {
        EndpointUrl = StoreEndpointUrl,
        Region = StoreRegion,
        ProfileName = StoreProfileName,
        PathStyle = StorePathStyle,
        Checksum = StoreChecksum,
        Connection = connection,
    };
}
