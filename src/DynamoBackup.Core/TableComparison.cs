using DynamoBackup.Aws;
using DynamoBackup.Differences;
using DynamoBackup.Load;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// Compares a backup with a table in bounded memory, by reading each once: what matters of their items (hashes of key and content, and where to find them) goes to temporary files, partitioned
/// by the key's hash, and the partitions are compared one by one.
/// </summary>
internal sealed class TableComparison : IDisposable
{
    private readonly WorkingFolder _folder;
    private readonly OpenedBackup _backup;
    private readonly TableDefinition _table;
    private readonly string _name;
    private readonly ComparisonLimits _limits;

    private TableComparison(WorkingFolder folder, OpenedBackup backup, TableDefinition table, string name, ComparisonLimits limits)
    {
        _folder = folder;
        _backup = backup;
        _table = table;
        _name = name;
        _limits = limits;
        Ranges = new FileRanges([.. backup.Files.Select(file => file.ItemCount)], limits.ItemsPerRange);
    }

    /// <summary>What was found.</summary>
    public DifferenceCounts Counts { get; private set; } = new();

    /// <summary>The digest of the backup's items.</summary>
    public ContentDigest Digest { get; private set; } = new();

    /// <summary>The backup's files in the order in which changes are read again.</summary>
    public FileRanges Ranges { get; }

    /// <summary>What differs; null where only counts were asked for.</summary>
    public DifferenceSpill? Differences { get; private set; }

    /// <summary>Proves the backup, and compares it with a table. Nothing is written but temporary files.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="connection">The table's connection.</param>
    /// <param name="table">The table as it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">What to keep, and where.</param>
    /// <param name="output">Where it tells what it does.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="DynamoBackupException">The backup is damaged or does not fit the table, or there is no room for the temporary files.</exception>
    public static async Task<TableComparison> RunAsync(
        OpenedBackup backup, DynamoConnection connection, TableDefinition table, string name, ComparisonOptions options, IRunOutput output, CancellationToken cancellationToken)
    {
        var comparison = new TableComparison(WorkingFolder.Open(options.WorkingDirectory, output), backup, table, name, options.Limits);
        try
        {
            await comparison.RunAsync(connection, options, output, cancellationToken);
            return comparison;
        }
        catch (Exception exception)
        {
            comparison.Dispose();
            if (exception is DynamoBackupException { Code: BackupErrorCode.WorkingDirectoryFull or BackupErrorCode.WorkingDirectoryFailed } failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} Nothing was written to '{name}'.", failure.Target, failure);
            throw;
        }
    }

    /// <summary>Room of its own for a run that goes on from here, by ranges of files; deleted with the comparison.</summary>
    public PartitionedSpill NewSpill(string name) => new(_folder, name, Math.Max(1, Ranges.Count), ComparisonLimits.BufferBytesOf(Math.Max(1, Ranges.Count)));

    /// <inheritdoc/>
    public void Dispose()
    {
        Differences?.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(DynamoConnection connection, ComparisonOptions options, IRunOutput output, CancellationToken cancellationToken)
    {
        var items = _backup.Files.Sum(file => file.ItemCount);
        _folder.RequireSpace(ComparisonLimits.BytesNeeded(items, _table.ItemCountEstimate > 0 ? _table.ItemCountEstimate : items));
        var partitions = _limits.Partitions(items);
        using var stored = new PartitionedSpill(_folder, "backup", partitions, ComparisonLimits.BufferBytesOf(partitions));
        Digest = await RestoreProof.RequireItemsForAsync(_backup, _table, _name, output, cancellationToken, file => TapInto(stored, file, options.Expiry));
        stored.Complete();

        using var live = new PartitionedSpill(_folder, "table", partitions, ComparisonLimits.BufferBytesOf(partitions));
        await ScanAsync(connection, live, options, output, cancellationToken);
        live.Complete();

        Differences = options.Keeps == DifferencesKept.None ? null : new DifferenceSpill(_folder, Ranges, options.Keeps == DifferencesKept.All);
        Counts = DifferenceJoin.Run(stored, live, (IDifferences?)Differences ?? NoDifferences.Instance, cancellationToken);
        Differences?.Complete();
        if (Counts.Missing + Counts.Different + Counts.Same != Digest.Count || Counts.Extra + Counts.Different + Counts.Same != live.Records)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{Digest.Count:N0} items of the backup and {live.Records:N0} of the table were compared, but the differences do not add up to them ({Counts.ToContract()}); nothing was written.", _name);
        output.Verbose($"Compared {Digest.Count:N0} items of the backup with {live.Records:N0} of '{_name}': {Counts.Missing:N0} missing, {Counts.Different:N0} different, {Counts.Extra:N0} extra, {Counts.Same:N0} the same.");
    }

    private ItemTap TapInto(PartitionedSpill spill, int file, ExpiryCheck? expiry)
    {
        var entries = new EntryWriter(_table.Key);
        var ordinal = 0u;
        return (item, json) =>
        {
            expiry?.Look(json, item);
            entries.AddBackup(spill, item, json, file, ordinal);
            ordinal = checked(ordinal + 1);
        };
    }

    private async Task ScanAsync(DynamoConnection connection, PartitionedSpill spill, ComparisonOptions options, IRunOutput output, CancellationToken cancellationToken)
    {
        var plan = new ScanPlan(_name, ScanPlan.DefaultSegments(_table.SizeBytesEstimate), ConsistentRead: true) { Budget = options.ReadBudget };
        var meter = new ProgressMeter(output, _name, "Comparing", _table.ItemCountEstimate > 0 ? _table.ItemCountEstimate : null, null);
        await ParallelScan.RunAsync(connection, plan, output, (cursor, cancellation) => SpillSegmentAsync(cursor, spill, meter, cancellation), cancellationToken);
    }

    private async Task<bool> SpillSegmentAsync(SegmentCursor cursor, PartitionedSpill spill, ProgressMeter meter, CancellationToken cancellationToken)
    {
        var entries = new EntryWriter(_table.Key);
        var item = new CanonicalItem();
        while (await cursor.NextAsync(cancellationToken) is { } page)
        {
            SpillPage(entries, item, page, spill);
            meter.Add(page.Items.Count, page.Bytes.Length);
        }

        return true;
    }

    private void SpillPage(EntryWriter entries, CanonicalItem item, ScanPage page, PartitionedSpill spill)
    {
        try
        {
            foreach (var slice in page.Items)
            {
                var json = page.Bytes.Span.Slice(slice.Start, slice.Length);
                item.Read(json);
                entries.AddTable(spill, item, json);
            }
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(BackupErrorCode.InvalidItem, $"The service sent an item that is not valid DynamoDB JSON or lacks its key: {exception.Message}. Check that the endpoint is DynamoDB.", _name, exception);
        }
    }
}
