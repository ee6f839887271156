namespace DynamoBackup;

/// <summary>How data files are compressed.</summary>
public enum BackupCompression
{
    /// <summary>gzip: what AWS's own exports use, and every reader of them takes.</summary>
    Gzip = 0,

    /// <summary>Zstandard: smaller and faster; DynamoDB's Import from S3 takes it too.</summary>
    Zstd,

    /// <summary>Plain JSON lines.</summary>
    None,
}
