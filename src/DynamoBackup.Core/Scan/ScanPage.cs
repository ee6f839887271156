using DynamoBackup.Wire;

namespace DynamoBackup.Scan;

/// <summary>One page of a scan, as bytes. Valid until the segment's next page is asked for.</summary>
/// <param name="Bytes">The response.</param>
/// <param name="Items">Where its items lie.</param>
/// <param name="Position">How far the segment is with this page.</param>
internal readonly record struct ScanPage(ReadOnlyMemory<byte> Bytes, List<JsonSlice> Items, ScanPosition Position);
