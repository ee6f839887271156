using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Manifests;

/// <summary>What is known of a data file that has been written.</summary>
/// <param name="Name">The name relative to the backup's folder.</param>
/// <param name="Md5">Base64 MD5 of the stored bytes.</param>
/// <param name="Sha256">SHA-256 of the stored bytes, hexadecimal.</param>
/// <param name="StoredBytes">Size of the stored bytes.</param>
/// <param name="RawBytes">Size before compression.</param>
/// <param name="ItemCount">Number of items.</param>
/// <param name="ItemBytes">Size of the items by DynamoDB's rules; null where they were not read.</param>
/// <param name="WriteUnits">Write capacity units that putting the items costs, without indexes; null where unknown.</param>
/// <param name="Digest">The items' content digest; null where they were not read.</param>
internal sealed record SealedFile(
    string Name, string Md5, string Sha256, long StoredBytes, long RawBytes, long ItemCount, long? ItemBytes, long? WriteUnits, ContentDigest? Digest)
{
    /// <summary>The file as a reader will know it from the manifests.</summary>
    /// <param name="folder">The backup's folder.</param>
    public DataFile ToDataFile(string folder) => new()
    {
        Name = Name,
        Key = StoreKey.Join(folder, Name),
        ItemCount = ItemCount,
        Md5 = Md5,
        Sha256 = Sha256,
        StoredBytes = StoredBytes,
        RawBytes = RawBytes,
        Digest = Digest,
    };
}
