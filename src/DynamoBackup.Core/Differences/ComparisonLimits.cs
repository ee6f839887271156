namespace DynamoBackup.Differences;

/// <summary>What bounds the memory of a comparison, whatever the number of items.</summary>
/// <param name="ItemsPerPartition">Items of the backup that are compared at a time: a quarter of a million take about 20 MB.</param>
/// <param name="ItemsPerRange">Items of the backup whose changes are in memory at a time: a quarter of a million take about 20 MB.</param>
internal sealed record ComparisonLimits(int ItemsPerPartition = 1 << 18, int ItemsPerRange = 1 << 18)
{
    private const int MostPartitions = 4096;
    private const int MostBuffered = 32 << 20;
    private const int LargestBuffer = 64 << 10;
    private const int LeastBuffer = 8 << 10;

    /// <summary>What is taken to be the length of a key in JSON for which nothing is known yet.</summary>
    private const int TypicalKeyBytes = 100;

    /// <summary>Number of partitions for a number of items.</summary>
    public int Partitions(long items) => (int)Math.Clamp((items + ItemsPerPartition - 1) / ItemsPerPartition, 1, MostPartitions);

    /// <summary>Bytes that each of a number of partitions gathers before it writes them.</summary>
    public static int BufferBytesOf(int partitions) => Math.Clamp(MostBuffered / partitions, LeastBuffer, LargestBuffer);

    /// <summary>Bytes of temporary files where every item differs.</summary>
    /// <param name="backupItems">Items of the backup.</param>
    /// <param name="tableItems">Items of the table.</param>
    public static long BytesNeeded(long backupItems, long tableItems)
    {
        var entry = TableEntry.SizeOf(TypicalKeyBytes);
        return backupItems * (BackupEntry.Size + Change.Size) + tableItems * 2 * entry;
    }
}
