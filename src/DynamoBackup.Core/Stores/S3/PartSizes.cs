namespace DynamoBackup.Stores.S3;

/// <summary>
/// How long the parts of an upload are. All are alike up to an object of 5 GB, as some compatible services want it; then each thousand is
/// twice as long as the one before, so that 10,000 parts hold the largest object that S3 takes (source: Amazon S3 User Guide, "Amazon S3
/// multipart upload limits": 10,000 parts of at least 5 MiB).
/// </summary>
internal static class PartSizes
{
    /// <summary>The least that S3 takes, but for an object's last part.</summary>
    public const int Smallest = 5 << 20;

    private const int PartsOfOneSize = 1000;

    /// <summary>The length of a part.</summary>
    /// <param name="number">Its number, from 1.</param>
    public static long Of(int number) => (long)Smallest << ((number - 1) / PartsOfOneSize);
}
