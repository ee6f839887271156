using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// Compares a backup, the reference, with another backup or a table, the difference, item by item and in bounded memory: each side is read once and put into temporary files, partitioned by the
/// key's hash; then the partitions are compared one by one. A backup is proved as it is read.
/// </summary>
public sealed class CompareRun
{
    /// <summary>Items of the reference that are compared at a time. With a hash of each attribute they take about 400 bytes each.</summary>
    private const int ItemsPerPartition = 1 << 16;

    private const int MostEmitted = 256;

    private readonly CompareRequest _request;
    private readonly IRunOutput _output;
    private readonly ComparisonLimits _limits;
    private IReadOnlyList<KeyAttribute> _key = [];

    private CompareRun(CompareRequest request, ComparisonLimits limits, IRunOutput output)
    {
        _request = request;
        _limits = limits;
        _output = output;
    }

    /// <summary>Compares.</summary>
    /// <param name="request">What with what.</param>
    /// <param name="emit">Receives what differs, some at a time and in no order; the comparison waits for it.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The counts.</returns>
    /// <exception cref="DynamoBackupException">One side cannot be read, or is damaged, or the keys are not of the same attributes.</exception>
    public static Task<BackupComparison> RunAsync(CompareRequest request, Func<IReadOnlyList<ItemDifference>, Task> emit, IRunOutput output, CancellationToken cancellationToken) =>
        RunAsync(request, new ComparisonLimits(ItemsPerPartition), emit, output, cancellationToken);

    /// <summary>Compares with other sizes than the usual ones.</summary>
    internal static async Task<BackupComparison> RunAsync(
        CompareRequest request, ComparisonLimits limits, Func<IReadOnlyList<ItemDifference>, Task> emit, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(emit);
        ArgumentNullException.ThrowIfNull(output);
        RunBudget.Check(request.ReadLimit, CapacityKind.Read);
        if (request.Difference is not null && (request.TableName is not null || request.ReadLimit is not null))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "A backup is compared either with another backup or with a table; a read limit is the table's.");
        return await new CompareRun(request, limits, output).RunAsync(emit, cancellationToken);
    }

    private async Task<BackupComparison> RunAsync(Func<IReadOnlyList<ItemDifference>, Task> emit, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var reference = await OpenAsync(_request.Reference, cancellationToken);
        using var other = _request.Difference is null ? null : await OpenAsync(_request.Difference, cancellationToken);
        using var connection = other is null ? DynamoConnection.Open(_request.Connection) : null;
        var name = _request.TableName ?? _request.Reference.TableName;
        var table = connection is null ? null : await new TableReader(connection, _output).DescribeAsync(name, cancellationToken);
        _key = KeyOf(reference, other is null ? table : VerifyRun.DefinitionOf(other), other?.Info.ToString() ?? $"table '{name}'");

        var items = reference.Info.ItemCount;
        var partitions = _limits.Partitions(items);
        using var folder = WorkingFolder.Open(_request.WorkingDirectory, _output);
        folder.RequireSpace(BytesNeeded(items) + BytesNeeded(other?.Info.ItemCount ?? Math.Max(table!.ItemCountEstimate, items)));
        using var before = new PartitionedSpill(folder, "reference", partitions, ComparisonLimits.BufferBytesOf(partitions));
        using var after = new PartitionedSpill(folder, "difference", partitions, ComparisonLimits.BufferBytesOf(partitions));
        var referenceDigest = await SpillAsync(reference, before, cancellationToken);
        var differenceDigest = other is not null
            ? await SpillAsync(other, after, cancellationToken)
            : await SpillAsync(connection!, table!, name, after, cancellationToken);

        var join = new ItemJoin(before, after, reference.Info.TableName);
        foreach (var found in join.Run().Chunk(MostEmitted))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_request.CountsOnly)
                await emit(found);
        }

        if (join.Same + join.Changed + join.Removed != referenceDigest.Count || join.Same + join.Changed + join.Added != differenceDigest.Count)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{referenceDigest.Count:N0} items were compared with {differenceDigest.Count:N0}, but the differences do not add up to them.", name);
        return new BackupComparison
        {
            TableName = reference.Info.TableName,
            ReferenceId = reference.Info.Id,
            Difference = other?.Info.Id ?? name,
            Added = join.Added,
            Removed = join.Removed,
            Changed = join.Changed,
            Same = join.Same,
            ReferenceDigest = referenceDigest.ToString(),
            DifferenceDigest = differenceDigest.ToString(),
            Duration = Stopwatch.GetElapsedTime(began),
        };
    }

    private async Task<OpenedBackup> OpenAsync(BackupInfo backup, CancellationToken cancellationToken)
    {
        var opened = await VerifyRun.OpenAsync(backup.Location, _request.Store, backup.Path, _output, cancellationToken);
        try
        {
            RefuseDamaged(opened.Info, opened.Info.Findings);
            FullBackup.Require(opened.Info, "be compared");
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<KeyAttribute> KeyOf(OpenedBackup reference, TableDefinition? other, string otherName)
    {
        var own = VerifyRun.DefinitionOf(reference);
        if ((own ?? other) is not { } known)
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, "Neither backup holds a table definition (exports by AWS have none), so it is not known which attributes are the key. Compare with a table, or with a backup that has one.", reference.Info.TableName);
        if (own is not null && other is not null && !own.Key.Select(Spell).SequenceEqual(other.Key.Select(Spell)))
            throw new DynamoBackupException(BackupErrorCode.KeySchemaMismatch, $"Backup {reference.Info.Id} has the key {string.Join(", ", own.Key)}, {otherName} {string.Join(", ", other.Key)}: their items cannot be told to be the same.", reference.Info.TableName);
        return known.Key;
    }

    private async Task<ContentDigest> SpillAsync(OpenedBackup backup, PartitionedSpill spill, CancellationToken cancellationToken)
    {
        var verifier = new BackupVerifier(backup, _output) { Tap = _ => TapInto(spill) };
        await verifier.RunAsync(VerificationLevel.Content, new KeyCheck(_key), cancellationToken);
        RefuseDamaged(backup.Info, verifier.Findings);
        spill.Complete();
        return verifier.Digest;
    }

    private ItemTap TapInto(PartitionedSpill spill)
    {
        var entries = new ItemEntryWriter(_key, _request.CountsOnly);
        return (item, json) => entries.Add(spill, item, json);
    }

    private async Task<ContentDigest> SpillAsync(DynamoConnection connection, TableDefinition table, string name, PartitionedSpill spill, CancellationToken cancellationToken)
    {
        var plan = new ScanPlan(name, ScanPlan.DefaultSegments(table.SizeBytesEstimate), ConsistentRead: true)
        {
            Budget = RunBudget.For(_request.ReadLimit, CapacityKind.Read, name, table.Table, _output),
        };
        var meter = new ProgressMeter(_output, name, "Comparing", table.ItemCountEstimate > 0 ? table.ItemCountEstimate : null, null);
        var parts = await ParallelScan.RunAsync(connection, plan, _output, (cursor, cancellation) => SpillSegmentAsync(cursor, name, spill, meter, cancellation), cancellationToken);
        spill.Complete();
        var whole = new ContentDigest();
        foreach (var part in parts)
            whole.Add(part);
        return whole;
    }

    private async Task<ContentDigest> SpillSegmentAsync(SegmentCursor cursor, string name, PartitionedSpill spill, ProgressMeter meter, CancellationToken cancellationToken)
    {
        var (digest, item, tap) = (new ContentDigest(), new CanonicalItem(), TapInto(spill));
        while (await cursor.NextAsync(cancellationToken) is { } page)
        {
            SpillPage(page, name, item, digest, tap);
            meter.Add(page.Items.Count, page.Bytes.Length);
        }

        return digest;
    }

    private static void SpillPage(ScanPage page, string name, CanonicalItem item, ContentDigest digest, ItemTap tap)
    {
        try
        {
            foreach (var slice in page.Items)
            {
                var json = page.Bytes.Span.Slice(slice.Start, slice.Length);
                item.Read(json);
                digest.Add(item.Encoding);
                tap(item, json);
            }
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(BackupErrorCode.InvalidItem, $"The service sent an item that is not valid DynamoDB JSON or lacks its key: {exception.Message}. Check that the endpoint is DynamoDB.", name, exception);
        }
    }

    private static void RefuseDamaged(BackupInfo backup, IEnumerable<Finding> findings)
    {
        if (findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error) is not { } first)
            return;
        var code = first.Kind == FindingKind.FormatNotSupported ? BackupErrorCode.FormatNotSupported : BackupErrorCode.BackupDamaged;
        throw new DynamoBackupException(code, $"Backup {backup.Id} cannot be compared: {first} {first.Fix} Test-DynamoBackup shows all findings.", backup.TableName);
    }

    private static string Spell(KeyAttribute attribute) => attribute.ToString();

    /// <summary>A rough estimate: how many attributes an item has is not known before.</summary>
    private long BytesNeeded(long items) => items * (_request.CountsOnly ? 80 : 600);
}
