using DynamoBackup.Wire;

namespace DynamoBackup.Manifests;

/// <summary>A data file, as the manifests describe it.</summary>
internal sealed record DataFile
{
    /// <summary>The name relative to the backup's folder, or of an incremental export by AWS to the one above it: <c>data/x.json.gz</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the store.</summary>
    public required string Key { get; init; }

    public required long ItemCount { get; init; }

    /// <summary>MD5 of the stored bytes, base64; null where none is recorded.</summary>
    public string? Md5 { get; init; }

    /// <summary>SHA-256 of the stored bytes, hexadecimal; null without a sidecar.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the stored bytes; null without a sidecar.</summary>
    public long? StoredBytes { get; init; }

    /// <summary>Size of the bytes before compression; null without a sidecar.</summary>
    public long? RawBytes { get; init; }

    /// <summary>The content digest of its items; null without a sidecar.</summary>
    public ContentDigest? Digest { get; init; }
}
