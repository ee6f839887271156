using System.Text;
using DynamoBackup.Aws;
using DynamoBackup.Differences;
using DynamoBackup.Load;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// Writes what a comparison has found: first what is missing or different, file by file; then, where the table becomes the backup, deletes what is extra. An item that is read again must have the
/// hash that it had when the backup was proved, and a file its checksum.
/// </summary>
internal sealed class DifferenceWrites : IDisposable
{
    /// <summary>Files read at a time: they lie far apart in the backup, so that what is written together goes to many partitions of the table.</summary>
    private const int FilesAtOnce = 8;

    private readonly RestoreRequest _request;
    private readonly OpenedBackup _backup;
    private readonly DynamoConnection _connection;
    private readonly TableDefinition _table;
    private readonly TableComparison _comparison;
    private readonly CapacityBudget? _budget;
    private readonly IRunOutput _output;
    private readonly string _name;
    private readonly PartitionedSpill _notWritten;
    private readonly DifferenceTally _tally = new();

    /// <summary>Nothing is written yet.</summary>
    public DifferenceWrites(
        RestoreRequest request, OpenedBackup backup, DynamoConnection connection, TableDefinition table, TableComparison comparison, CapacityBudget? budget, IRunOutput output, string name)
    {
        _request = request;
        _backup = backup;
        _connection = connection;
        _table = table;
        _comparison = comparison;
        _budget = budget;
        _output = output;
        _name = name;
        _notWritten = comparison.NewSpill("not-written");
    }

    private bool IsConditional => _request.Safe || _request.Mode == RestoreMode.Supplement;

    private long ToWrite => _comparison.Differences!.Changes.Records;

    private long ToDelete => _request.Mode == RestoreMode.Replace ? _comparison.Counts.Extra : 0;

    /// <summary>Writes all of it.</summary>
    /// <exception cref="DynamoBackupException">It could not be done; the message says how far it came.</exception>
    public async Task<DifferenceTally> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(cancellationToken);
            if (ToDelete > 0)
                await DeleteAsync(cancellationToken);
        }
        catch (DynamoBackupException failure)
        {
            // What was under way when it failed may have been done as well.
            throw new DynamoBackupException(
                failure.Code,
                $"{failure.Message} At least {_tally.Written:N0} of {ToWrite:N0} items had been written to '{_name}', and at least {_tally.Deleted:N0} of {ToDelete:N0} deleted; run the same command again, and it does what is left.",
                _name, failure);
        }

        _notWritten.Complete();
        if (_tally.Puts != ToWrite || _tally.Deletes != ToDelete)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{ToWrite:N0} items were to be written and {ToDelete:N0} deleted; what became of {_tally.Puts:N0} and {_tally.Deletes:N0} is known.", _name);
        return _tally;
    }

    /// <summary>After Supplement: reads every key of the backup back, and compares the items that were written.</summary>
    /// <returns>What differs, in words; null where nothing does.</returns>
    public async Task<string?> FindDriftAsync(OpenedBackup backup, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(_output, _name, "Verifying", backup.Info.ItemCount, null);
        var parts = new List<ReadBack>();
        for (var range = 0; range < _comparison.Ranges.Count; range++)
        {
            var (changes, left) = (ChangeSet.Load(_comparison.Differences!.Changes, range), ChangeSet.Load(_notWritten, range));
            await ForFilesAsync(_comparison.Ranges.FilesOf(range), async (file, cancellation) =>
            {
                var part = new ReadBack(_connection, _name, _table.Key, _output);
                var written = changes[file].Select(change => change.Ordinal).Except(left[file].Select(change => change.Ordinal)).ToHashSet();
                var ordinal = 0u;
                await foreach (var item in ItemSource.ReadAsync(backup.Store, backup.Files[file], cancellation))
                {
                    await part.AddAsync(item, cancellation, mayDiffer: !written.Contains(ordinal++));
                    meter.Add(1, item.Json.Length);
                }

                await part.FlushAsync(cancellation);
                if (part.Missing + part.Different > 0)
                {
                    lock (parts)
                        parts.Add(part);
                }
            }, cancellationToken);
        }

        return parts.Count == 0 ? null : $"The table lacks {parts.Sum(part => part.Missing):N0} of the backup's keys, and {parts.Sum(part => part.Different):N0} of the items that were added are not as they were written; the first has the key {parts[0].FirstFault}.";
    }

    /// <inheritdoc/>
    public void Dispose() => _notWritten.Dispose();

    private async Task PutAsync(CancellationToken cancellationToken)
    {
        if (ToWrite == 0)
            return;
        var meter = new ProgressMeter(_output, _name, "Writing", ToWrite, null);
        if (IsConditional)
        {
            using var conditional = new ConditionalLoader(_connection, _name, _table.Key[0].Name, _output, _budget, (write, outcome) => Put(write, outcome, meter));
            await conditional.RunAsync(cancellation => FeedPutsAsync(() => new ConditionalPuts(conditional, _table.Key), cancellation), cancellationToken);
            return;
        }

        using var loader = new DifferenceLoader(_connection, _name, _output, _budget, meter, _tally.AddWritten);
        await loader.RunAsync(cancellation => FeedPutsAsync(() => new BatchedPuts(loader.NewFeeder()), cancellation), cancellationToken);
    }

    private async Task FeedPutsAsync(Func<IPuts> open, CancellationToken cancellationToken)
    {
        for (var range = 0; range < _comparison.Ranges.Count; range++)
        {
            var changes = ChangeSet.Load(_comparison.Differences!.Changes, range);
            await ForFilesAsync(changes.Files, async (file, cancellation) => await FeedFileAsync(file, changes[file], open(), cancellation), cancellationToken);
        }
    }

    private async Task FeedFileAsync(int file, IReadOnlyList<Change> changes, IPuts puts, CancellationToken cancellationToken)
    {
        var item = new CanonicalItem();
        var (next, ordinal) = (0, 0u);
        await foreach (var source in ItemSource.ReadAsync(_backup.Store, _backup.Files[file], cancellationToken))
        {
            if (next == changes.Count || changes[next].Ordinal != ordinal++)
                continue;
            source.ReadInto(item);
            if (Hash256.Of(item.Encoding) != changes[next].Item)
                throw new DynamoBackupException(BackupErrorCode.BackupDamaged, $"'{source.File.Name}' line {source.Line} holds another item than when the backup was proved: someone has changed the file since. Run Test-DynamoBackup on this backup.", source.File.Name);
            await puts.AddAsync(source, item, changes[next++], cancellationToken);
        }

        if (next < changes.Count)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"'{_backup.Files[file].Name}' has ended before all of its items that are to be written were read.", _name);
        await puts.FlushAsync(cancellationToken);
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(_output, _name, "Deleting", ToDelete, null);
        if (_request.Safe)
        {
            using var conditional = new ConditionalLoader(_connection, _name, _table.Key[0].Name, _output, _budget, (_, outcome) => Delete(outcome, meter));
            await conditional.RunAsync(cancellation => ForExtrasAsync((key, units, seen) => conditional.AddAsync(
                new ConditionalWrite { Key = key.ToArray(), Seen = seen, Units = units, Origin = Encoding.UTF8.GetString(key.Span) }, cancellation)), cancellationToken);
            return;
        }

        using var loader = new DifferenceLoader(_connection, _name, _output, _budget, meter, _tally.AddDeleted);
        await loader.RunAsync(async cancellation =>
        {
            var feeder = loader.NewFeeder();
            await ForExtrasAsync((key, units, _) => feeder.DeleteAsync(key, units, cancellation));
            await feeder.FlushAsync(cancellation);
        }, cancellationToken);
    }

    private async Task ForExtrasAsync(Func<ReadOnlyMemory<byte>, int, byte[], ValueTask> delete)
    {
        foreach (var block in _comparison.Differences!.ToDelete)
        {
            for (var start = 0; start < block.Length;)
            {
                var (key, units, seen, end) = Read(block, start);
                await delete(key, units, seen);
                start = end;
            }
        }

        static (ReadOnlyMemory<byte> Key, int Units, byte[] Seen, int End) Read(ReadOnlyMemory<byte> block, int start)
        {
            var entry = new TableEntry(block.Span[start..]);
            var end = start + entry.Bytes.Length;
            return (block[(end - entry.KeyJson.Length)..end], entry.Units, entry.Item.ToBytes(), end);
        }
    }

    private void Put(ConditionalWrite write, ConditionalOutcome outcome, ProgressMeter meter)
    {
        _tally.AddPut(outcome);
        meter.Add(1, write.Length);
        if (outcome == ConditionalOutcome.Done)
            return;
        var change = new Change(write.Place.File, write.Place.Ordinal, write.Units, IsMissing: write.Seen is null, default, default);
        _notWritten.Add(_comparison.Ranges.RangeOf(change.File), Change.BytesOf(change));
    }

    private void Delete(ConditionalOutcome outcome, ProgressMeter meter)
    {
        _tally.AddDelete(outcome);
        meter.Add(1, 0);
    }

    private static Task ForFilesAsync(IEnumerable<int> files, Func<int, CancellationToken, ValueTask> work, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken }, work);

    /// <summary>Where the items of one file go.</summary>
    private interface IPuts
    {
        ValueTask AddAsync(SourceItem source, CanonicalItem item, Change change, CancellationToken cancellationToken);

        ValueTask FlushAsync(CancellationToken cancellationToken);
    }

    private sealed class BatchedPuts(DifferenceLoader.Feeder feeder) : IPuts
    {
        public ValueTask AddAsync(SourceItem source, CanonicalItem item, Change change, CancellationToken cancellationToken) => feeder.PutAsync(source, change.Units, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => feeder.FlushAsync(cancellationToken);
    }

    private sealed class ConditionalPuts(ConditionalLoader loader, IReadOnlyList<KeyAttribute> key) : IPuts
    {
        private readonly KeyReader _key = new(key);

        public ValueTask AddAsync(SourceItem source, CanonicalItem item, Change change, CancellationToken cancellationToken)
        {
            _key.TryRead(item, source.Json.Span, out _);
            return loader.AddAsync(
                new ConditionalWrite
                {
                    Item = source.Json.ToArray(),
                    Key = _key.Json.ToArray(),
                    Seen = change.IsMissing ? null : change.Seen.ToBytes(),
                    Units = change.Units,
                    Origin = $"'{source.File.Name}' line {source.Line}",
                    Place = (change.File, change.Ordinal),
                },
                cancellationToken);
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
