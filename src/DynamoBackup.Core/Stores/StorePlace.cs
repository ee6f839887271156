namespace DynamoBackup.Stores;

/// <summary>A store in the terms of an export's summary.</summary>
/// <param name="Bucket">The bucket; empty for a store that has none.</param>
/// <param name="Prefix">What stands before every name in the bucket, without a slash at its end; empty where nothing does.</param>
/// <param name="SseAlgorithm"><c>AES256</c> or <c>KMS</c>, as AWS's exports say it; null where the store's default applies.</param>
/// <param name="SseKmsKeyId">The KMS key; null where none is named.</param>
public sealed record StorePlace(string Bucket, string Prefix, string? SseAlgorithm, string? SseKmsKeyId)
{
    /// <summary>A folder.</summary>
    public static StorePlace Folder { get; } = new("", "", null, null);
}
