namespace DynamoBackup;

/// <summary>
/// How a scan read the table. Neither is a snapshot: items written while the scan runs may or may not be in the backup.
/// </summary>
public enum ReadConsistency
{
    /// <summary>Not known: the backup carries no sidecar.</summary>
    Unknown = 0,

    /// <summary>Eventually consistent reads, at half the price.</summary>
    Eventual,

    /// <summary>
    /// Strongly consistent reads: every write completed before the scan began is in the backup
    /// (source: Amazon DynamoDB Developer Guide, "Read consistency for scan").
    /// </summary>
    Strong,
}
