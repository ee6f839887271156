using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>One line of manifest-files.json, with AWS's own field names.</summary>
internal sealed record ManifestFileLine
{
    public long ItemCount { get; init; }

    /// <summary>Base64 MD5 of the stored (compressed) bytes.</summary>
    public string? Md5Checksum { get; init; }

    /// <summary>The object's ETag: of a multipart upload in AWS's exports, so never an MD5 to compare with.</summary>
    public string? Etag { get; init; }

    /// <summary>The data file's name relative to the store's root.</summary>
    [JsonPropertyName("dataFileS3Key")]
    public string? DataFileS3Key { get; init; }
}
