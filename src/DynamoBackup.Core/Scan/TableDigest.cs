using DynamoBackup.Aws;
using DynamoBackup.Wire;

namespace DynamoBackup.Scan;

/// <summary>Computes a live table's content digest by one strongly consistent scan, in constant memory.</summary>
internal static class TableDigest
{
    /// <summary>Scans and digests.</summary>
    public static async Task<ContentDigest> ComputeAsync(
        DynamoConnection connection, ScanPlan plan, IRunOutput output, ProgressMeter meter, CancellationToken cancellationToken)
    {
        var parts = await ParallelScan.RunAsync(
            connection, plan, output, (cursor, cancellation) => DigestSegmentAsync(cursor, plan, meter, cancellation), cancellationToken);
        var whole = new ContentDigest();
        foreach (var part in parts)
            whole.Add(part);
        return whole;
    }

    private static async Task<ContentDigest> DigestSegmentAsync(SegmentCursor cursor, ScanPlan plan, ProgressMeter meter, CancellationToken cancellationToken)
    {
        var digest = new ContentDigest();
        var item = new CanonicalItem();
        while (await cursor.NextAsync(cancellationToken) is { } page)
        {
            AddPage(digest, item, page, plan.TableName);
            meter.Add(page.Items.Count, page.Bytes.Length);
        }

        return digest;
    }

    private static void AddPage(ContentDigest digest, CanonicalItem item, ScanPage page, string table)
    {
        try
        {
            foreach (var slice in page.Items)
            {
                item.Read(page.Bytes.Span.Slice(slice.Start, slice.Length));
                digest.Add(item.Encoding);
            }
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(BackupErrorCode.InvalidItem, $"The service sent an item that is not valid DynamoDB JSON: {exception.Message}. Check that the endpoint is DynamoDB.", table, exception);
        }
    }
}
