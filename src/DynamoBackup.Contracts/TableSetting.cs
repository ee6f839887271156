namespace DynamoBackup;

/// <summary>
/// A setting of a table beside its keys, its indexes and its billing. What each one means is told in the Amazon DynamoDB API reference,
/// CreateTable, UpdateTable and the actions named here.
/// </summary>
public enum TableSetting
{
    /// <summary>The table's tags (TagResource).</summary>
    Tags = 0,

    /// <summary>Time to live (UpdateTimeToLive): the attribute that tells when an item expires.</summary>
    TimeToLive,

    /// <summary>The stream and its view type.</summary>
    Stream,

    /// <summary>Point-in-time recovery and its period (UpdateContinuousBackups).</summary>
    PointInTimeRecovery,

    /// <summary>The Kinesis data streams that the table's changes go to (EnableKinesisStreamingDestination).</summary>
    KinesisDestination,

    /// <summary>CloudWatch Contributor Insights of the table and its indexes (UpdateContributorInsights).</summary>
    ContributorInsights,

    /// <summary>The global table's replicas in other Regions, with their overrides.</summary>
    Replicas,

    /// <summary>The resource-based policies of the table and of its stream (PutResourcePolicy).</summary>
    ResourcePolicy,

    /// <summary>Protection from being deleted.</summary>
    DeletionProtection,

    /// <summary>Encryption with a key in AWS KMS in place of DynamoDB's own.</summary>
    Encryption,

    /// <summary>The table class.</summary>
    TableClass,

    /// <summary>The most read and write request units of an on-demand table and its indexes.</summary>
    OnDemandThroughput,

    /// <summary>The throughput that table and indexes can take at once. More than the least costs a one-time charge.</summary>
    WarmThroughput,

    /// <summary>Vector indexes.</summary>
    VectorIndexes,

    /// <summary>Auto scaling of provisioned capacity. Application Auto Scaling keeps it, so it is never put back; leaving it out leaves out its finding.</summary>
    AutoScaling,
}
