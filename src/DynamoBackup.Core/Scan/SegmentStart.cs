namespace DynamoBackup.Scan;

/// <summary>Where a segment's reading goes on that another run began.</summary>
/// <param name="Position">How far it is.</param>
/// <param name="Ended">Whether there is nothing left to read.</param>
internal sealed record SegmentStart(ScanPosition Position, bool Ended);
