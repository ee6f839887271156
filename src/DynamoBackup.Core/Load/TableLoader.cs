using System.Collections.Concurrent;
using System.Threading.Channels;
using DynamoBackup.Aws;
using DynamoBackup.Items;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// Scan's mirror: reads data files and puts their items into a table. Each batch is mixed from several files, so that it does not hit one
/// partition; batches wait in a bounded queue for the writers.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="table">The table.</param>
/// <param name="output">Told about waits.</param>
/// <param name="capacity">What the load may consume; null does not limit it.</param>
internal sealed class TableLoader(DynamoConnection connection, string table, IRunOutput output, CapacityBudget? capacity = null) : IDisposable
{
    /// <summary>Calls in flight: at 20 ms each, they write 80,000 items a second.</summary>
    private const int Writers = 64;
    private const int MostBytesUnderWay = 48 << 20;
    private static readonly int MostReaders = Math.Max(2, Environment.ProcessorCount);

    private readonly ByteBudget _budget = new(MostBytesUnderWay);
    private readonly LoadPace? _pace = capacity is null ? null : new LoadPace(capacity, output);
    private readonly ConcurrentBag<WriteBatch> _spare = [];
    private readonly Channel<WriteBatch> _batches = Channel.CreateBounded<WriteBatch>(Writers);
    private long _written;

    /// <summary>Looks for items whose time to live has passed; null where that is not asked.</summary>
    public ExpiryCheck? Expiry { get; init; }

    /// <summary>Takes note of what has been written, and tells what an earlier run has; null where no one keeps account.</summary>
    public LoadLedger? Ledger { get; init; }

    /// <summary>Lets through the items that are loaded; null loads all.</summary>
    public ItemSelection? Selection { get; init; }

    /// <summary>Loads the files' items.</summary>
    /// <returns>The digest of the items that were to be loaded, and the number of items that the service has taken, in an earlier run or in this one.</returns>
    /// <exception cref="DynamoBackupException">A file is damaged, or the service refused an item; some items have been written then.</exception>
    public async Task<(ContentDigest Read, long Written)> RunAsync(IBackupStore store, IReadOnlyList<DataFile> files, ProgressMeter meter, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var mix = Selection is null
            ? new FileMix(store, files, MostReaders, cancel.Token)
            : new FileMix(file => Selection.ReadAsync(store, file, cancel.Token), files, MostReaders, cancel.Token);
        var reading = Enumerable.Range(0, mix.Readers).Select(_ => Workers.CancelOthersOnFailure(() => ReadAsync(mix, meter, cancel.Token), cancel)).ToList();
        var feeding = Workers.CancelOthersOnFailure(() => CloseWhenReadAsync(reading), cancel);
        var writing = Enumerable.Range(0, Writers).Select(_ => Workers.CancelOthersOnFailure(() => WriteAsync(meter, cancel.Token), cancel));
        var parts = await Workers.JoinAsync([.. reading, feeding, .. writing], cancellationToken);

        var read = new ContentDigest();
        foreach (var part in parts)
            read.Add(part);
        return (read, Interlocked.Read(ref _written));
    }

    /// <inheritdoc/>
    public void Dispose() => _budget.Dispose();

    private async Task<ContentDigest> ReadAsync(FileMix mix, ProgressMeter meter, CancellationToken cancellationToken)
    {
        var digest = new ContentDigest();
        var item = new CanonicalItem();
        var batch = TakeBatch();
        IAsyncEnumerator<SourceItem> file;
        do
        {
            file = mix.Take();
            while (await file.MoveNextAsync())
            {
                var source = file.Current;
                source.ReadInto(item);
                digest.Add(item.Encoding);
                Expiry?.Look(source.Json.Span, item);
                var load = Ledger?.Of(source.File);
                if (load is { IsWritten: true })
                {
                    Skip(meter, source.Json.Length);
                    mix.Return(file);
                    file = mix.Take();
                    continue;
                }

                if (!batch.HasRoomFor(source.Json.Length, item.WriteUnits, _pace?.MostUnits ?? double.PositiveInfinity))
                {
                    await SendAsync(batch, cancellationToken);
                    batch = TakeBatch();
                }

                batch.Add(source, item.WriteUnits);
                if (load is not null)
                    batch.Files.Add(load);
                mix.Return(file);
                file = mix.Take();
            }
        }
        while (await mix.EndAsync(file));

        if (batch.Count > 0)
            await SendAsync(batch, cancellationToken);
        return digest;
    }

    /// <summary>Counts an item of a file that an earlier run has written: it has been read for the digest alone.</summary>
    private void Skip(ProgressMeter meter, int length)
    {
        Ledger!.Skip();
        Interlocked.Increment(ref _written);
        meter.Add(1, length);
    }

    private async Task SendAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        await _budget.AcquireAsync(batch.Length, cancellationToken);
        await _batches.Writer.WriteAsync(batch, cancellationToken);
    }

    private async Task<ContentDigest> CloseWhenReadAsync(IEnumerable<Task> reading)
    {
        await Task.WhenAll(reading);
        _batches.Writer.Complete();
        return new ContentDigest();
    }

    private async Task<ContentDigest> WriteAsync(ProgressMeter meter, CancellationToken cancellationToken)
    {
        var writer = new BatchWriter(connection, table, _pace, output);
        await foreach (var batch in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            var (count, length) = (batch.Count, batch.Length);
            await writer.WriteAsync(batch, cancellationToken);
            Ledger?.Acknowledge(batch.Files);
            batch.Files.Clear();
            Interlocked.Add(ref _written, count);
            meter.Add(count, length);
            _budget.Release(length);
            batch.Clear();
            _spare.Add(batch);
        }

        return new ContentDigest();
    }

    private WriteBatch TakeBatch() => _spare.TryTake(out var batch) ? batch : new WriteBatch(table);
}
