namespace DynamoBackup.Segments;

/// <summary>The hashes that are taken of a data file's stored bytes.</summary>
[Flags]
internal enum FileHashes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MD5, which AWS's manifests carry. It takes longer than all other work on stored bytes together.</summary>
    Md5 = 1,

    /// <summary>SHA-256, which the sidecar carries.</summary>
    Sha256 = 2,

    /// <summary>Both.</summary>
    All = Md5 | Sha256,
}
