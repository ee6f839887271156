namespace DynamoBackup;

/// <summary>Server-side encryption of an object store.</summary>
public enum StoreEncryption
{
    /// <summary>SSE-S3: keys that the store manages (AES256).</summary>
    S3 = 0,

    /// <summary>SSE-KMS: a key of AWS Key Management Service (aws:kms).</summary>
    Kms,
}
