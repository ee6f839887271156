namespace DynamoBackup;

/// <summary>How the bytes of a request to an object store are protected on their way.</summary>
public enum StoreChecksum
{
    /// <summary><see cref="Crc32"/> for AWS, <see cref="Md5"/> for a store with an address of its own.</summary>
    Auto = 0,

    /// <summary>The SDK's trailing CRC32 in chunked requests: what S3 itself takes, and newer compatible stores.</summary>
    Crc32,

    /// <summary>Content-MD5 in plain signed requests: what every S3-compatible store takes.</summary>
    Md5,
}
