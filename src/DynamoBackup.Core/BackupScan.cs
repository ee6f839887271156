using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Reads a table in parallel segments into data files, in every store that still takes part.</summary>
/// <param name="request">How the table is backed up.</param>
/// <param name="start">Where the backup begins; its checkpoint is told of every file.</param>
/// <param name="stores">Where the files go.</param>
/// <param name="connection">The connection to the table.</param>
/// <param name="output">Where the run tells what it does.</param>
internal sealed class BackupScan(BackupRequest request, BackupStart start, StoreGroup stores, DynamoConnection connection, IRunOutput output)
{
    /// <summary>Reads what is left to read.</summary>
    /// <returns>All files, also those of an earlier run.</returns>
    /// <exception cref="DynamoBackupException">The table could not be read, no store is left, or items are missing.</exception>
    public async Task<IReadOnlyList<SealedFile>> RunAsync(TableDefinition table, ScanPlan plan, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(output, table.Name, "Scanning", table.ItemCountEstimate > 0 ? table.ItemCountEstimate : null, null);
        var before = start.Keeper.Files;
        if (before.Count > 0)
            meter.Add(before.Sum(file => file.ItemCount), before.Sum(file => file.RawBytes));
        var segments = await ParallelScan.RunAsync(connection, plan, output, (cursor, cancellation) => StoreSegmentAsync(cursor, meter, cancellation), cancellationToken);
        var files = start.Keeper.Files;
        var (scanned, stored) = (segments.Sum(), files.Sum(file => file.ItemCount));
        if (scanned != stored)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{scanned:N0} items were scanned, but {stored:N0} stored. Nothing of this backup is kept; please report it.", table.Name);
        output.Verbose($"Scanned and stored {stored:N0} items in {files.Count} files{(start.IsContinued ? $", {files.Count - before.Count} of them in this run" : "")}.");
        return files;
    }

    /// <summary>Stores what is left of a segment.</summary>
    /// <returns>Items read from the segment's beginning on, by whichever run.</returns>
    private async Task<long> StoreSegmentAsync(SegmentCursor cursor, ProgressMeter meter, CancellationToken cancellationToken)
    {
        await using var writer = new SegmentWriter(stores, start.Folder, request.Compression, request.MaxFileBytes) { NoContentDigest = request.NoContentDigest };
        var noted = 0;
        while (await cursor.NextAsync(cancellationToken) is { } page)
        {
            await writer.WriteAsync(page.Bytes, page.Items, cancellationToken);
            meter.Add(page.Items.Count, page.Bytes.Length);
            if (writer.Files.Count > noted)
                start.Keeper.Note(cursor.Segment, [.. writer.Files.Skip(noted)], page.Position.ToJson(), page.Position.ItemsRead);
            noted = writer.Files.Count;
        }

        var files = await writer.CloseAsync(cancellationToken);
        start.Keeper.Note(cursor.Segment, [.. files.Skip(noted)], after: null, cursor.ItemsRead);
        return cursor.ItemsRead;
    }
}
