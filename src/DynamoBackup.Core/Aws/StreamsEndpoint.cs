using Amazon.DynamoDBv2;

namespace DynamoBackup.Aws;

/// <summary>Where DynamoDB Streams is served (source: AWS General Reference, "Amazon DynamoDB endpoints and quotas").</summary>
internal static class StreamsEndpoint
{
    /// <summary>Turns the settings for DynamoDB into those for its streams. An address that was set by hand, also outside of this program, serves both.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>: a kind of endpoint is asked for whose address is not known here.</exception>
    public static void Apply(AmazonDynamoDBConfig config)
    {
        if (config.ServiceURL is not null || config.RegionEndpoint is not { } region)
            return;
        if (config.UseFIPSEndpoint || config.UseDualstackEndpoint)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                "The AWS settings ask for FIPS or dual-stack endpoints, and the address of such a one for DynamoDB Streams is not known here. Give it as -StreamsEndpointUrl.");
        }

        config.ServiceURL = $"https://streams.dynamodb.{region.SystemName}.{region.PartitionDnsSuffix}";
        config.AuthenticationRegion = region.SystemName;
    }
}
