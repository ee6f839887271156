namespace DynamoBackup.Aws;

/// <summary>Reads and writes have capacity of their own.</summary>
internal enum CapacityKind
{
    /// <summary>Read capacity units.</summary>
    Read,

    /// <summary>Write capacity units.</summary>
    Write,
}
