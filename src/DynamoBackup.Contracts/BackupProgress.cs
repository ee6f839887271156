namespace DynamoBackup;

/// <summary>How far one table's work is. Sent often; a receiver may drop all but the newest.</summary>
/// <param name="TableName">The table worked on.</param>
/// <param name="Stage">What is being done: <c>Scanning</c>, <c>Checking</c>, <c>Writing items</c> ...</param>
/// <param name="ItemsDone">Items done so far.</param>
/// <param name="ItemsTotal">Items in all; null where unknown. DescribeTable's number is about six hours old: an estimate.</param>
/// <param name="BytesDone">Bytes done so far.</param>
/// <param name="BytesTotal">Bytes in all; null where unknown.</param>
/// <param name="Elapsed">Time since this stage began.</param>
public sealed record BackupProgress(
    string TableName, string Stage, long ItemsDone, long? ItemsTotal, long BytesDone, long? BytesTotal, TimeSpan Elapsed)
{
    /// <summary>How long ago the newest change that has been taken was made; null where no changes are captured.</summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>Share of the work done, 0 to 100; null where the total is unknown.</summary>
    public int? PercentComplete =>
        Share(BytesDone, BytesTotal) ?? Share(ItemsDone, ItemsTotal);

    /// <summary>Items a second since the stage began.</summary>
    public double ItemsPerSecond => Elapsed.TotalSeconds > 0 ? ItemsDone / Elapsed.TotalSeconds : 0;

    /// <summary>Bytes a second since the stage began.</summary>
    public double BytesPerSecond => Elapsed.TotalSeconds > 0 ? BytesDone / Elapsed.TotalSeconds : 0;

    /// <summary>Estimated seconds left; null where the total is unknown or nothing has been done.</summary>
    public int? SecondsRemaining
    {
        get
        {
            var (done, total) = BytesTotal is > 0 ? (BytesDone, BytesTotal) : (ItemsDone, ItemsTotal);
            return total is > 0 && done > 0
                ? (int)Math.Min(int.MaxValue, Math.Max(0, (total.Value - done) * Elapsed.TotalSeconds / done))
                : null;
        }
    }

    private static int? Share(long done, long? total) =>
        total is > 0 ? (int)Math.Clamp(done * 100.0 / total.Value, 0, 100) : null;
}
