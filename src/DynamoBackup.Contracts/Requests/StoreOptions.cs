namespace DynamoBackup;

/// <summary>How to reach and write a store that is not a folder. A folder ignores all of it.</summary>
public sealed record StoreOptions
{
    /// <summary>The store's address, where it is not AWS's own: an S3-compatible service.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>The store's region; null takes that of <see cref="Connection"/>.</summary>
    public string? Region { get; init; }

    /// <summary>The profile whose credentials the store gets; null takes the credentials of <see cref="Connection"/>.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Whether the bucket is a part of the path, not of the host name; null does so where <see cref="EndpointUrl"/> is given.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>How the bytes of a request are protected on their way.</summary>
    public StoreChecksum Checksum { get; init; }

    /// <summary>The connection of the table: its credentials, profile location and region are the store's too, unless said otherwise.</summary>
    public AwsConnection Connection { get; init; } = new();

    /// <summary>Storage class of data files, by AWS's name; null means the bucket's default. Manifests are always STANDARD.</summary>
    public string? StorageClass { get; init; }

    /// <summary>Server-side encryption; null means the bucket's default.</summary>
    public StoreEncryption? Encryption { get; init; }

    /// <summary>The KMS key for <see cref="StoreEncryption.Kms"/>: id, ARN or alias; null means AWS's own key.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>Tags for every object of a backup.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
