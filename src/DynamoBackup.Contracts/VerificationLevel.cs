namespace DynamoBackup;

/// <summary>How much a verification proves. Each level includes those before it.</summary>
public enum VerificationLevel
{
    /// <summary>Manifests are whole and agree with one another; every data file exists with the recorded size.</summary>
    Structure = 0,

    /// <summary>Every stored byte is read and its MD5 and SHA-256 compared.</summary>
    Checksum,

    /// <summary>Every item is decoded, counted and digested, and has its key.</summary>
    Content,

    /// <summary>The live table is scanned and its content digest compared with the backup's.</summary>
    Live,
}
