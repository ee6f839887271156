using DynamoBackup.Aws;

namespace DynamoBackup.Scan;

/// <summary>How a table is scanned.</summary>
/// <param name="TableName">The table's name or ARN.</param>
/// <param name="Segments">Segments read in parallel.</param>
/// <param name="ConsistentRead">Whether reads are strongly consistent.</param>
internal sealed record ScanPlan(string TableName, int Segments, bool ConsistentRead)
{
    private const long BytesPerSegment = 32L << 20;
    private const int SegmentsPerProcessor = 4;
    private const int MostByDefault = 64;

    /// <summary>What all segments together may consume; null does not limit them.</summary>
    public CapacityBudget? Budget { get; init; }

    /// <summary>Where each segment begins; null where all are read from their beginnings.</summary>
    public IReadOnlyList<SegmentStart>? Starts { get; init; }

    /// <summary>
    /// A sensible number of segments: one for each 32 MiB, at most four a processor (requests wait more than they compute). A table
    /// whose size is not known yet gets two a processor.
    /// </summary>
    /// <param name="tableBytes">DescribeTable's size, about six hours old; 0 where not yet counted.</param>
    public static int DefaultSegments(long tableBytes)
    {
        var most = Math.Min(MostByDefault, Environment.ProcessorCount * SegmentsPerProcessor);
        return tableBytes <= 0
            ? Math.Min(most, Environment.ProcessorCount * 2)
            : (int)Math.Clamp((tableBytes + BytesPerSegment - 1) / BytesPerSegment, 1, most);
    }

    /// <summary>
    /// Read units that bytes of items cost: half a unit for each 4 KB begun, one with strong consistency (source: Amazon DynamoDB
    /// Developer Guide, "Capacity unit consumption for read operations"). Even an empty page costs that.
    /// </summary>
    public static double UnitsOf(long bytes, bool consistentRead) => Math.Max(1, (bytes + 4095) / 4096) * (consistentRead ? 1 : 0.5);
}
