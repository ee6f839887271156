using System.Collections.Concurrent;
using System.Threading.Channels;
using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// Scan's mirror: reads data files and puts their items into a table. Several files are read at once, so that consecutive batches do not
/// all hit one partition; batches wait in a bounded queue for the writers.
/// </summary>
internal sealed class TableLoader(DynamoConnection connection, string table, IRunOutput output) : IDisposable
{
    private const int Writers = 32;
    private const int MostBytesUnderWay = 48 << 20;
    private static readonly int Readers = Math.Max(2, Environment.ProcessorCount);

    private readonly ByteBudget _budget = new(MostBytesUnderWay);
    private readonly ConcurrentBag<WriteBatch> _spare = [];
    private readonly Channel<WriteBatch> _batches = Channel.CreateBounded<WriteBatch>(Writers);
    private long _written;

    /// <summary>Looks for items whose time to live has passed; null where that is not asked.</summary>
    public ExpiryCheck? Expiry { get; init; }

    /// <summary>Loads all items of the files.</summary>
    /// <returns>The digest of what was read, and the number of items that the service has taken.</returns>
    /// <exception cref="DynamoBackupException">A file is damaged, or the service refused an item; some items have been written then.</exception>
    public async Task<(ContentDigest Read, long Written)> RunAsync(IBackupStore store, IReadOnlyList<DataFile> files, ProgressMeter meter, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new ConcurrentQueue<DataFile>(files);
        var reading = Enumerable.Range(0, Readers).Select(_ => Workers.CancelOthersOnFailure(() => ReadAsync(store, waiting, cancel.Token), cancel)).ToList();
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

    private async Task<ContentDigest> ReadAsync(IBackupStore store, ConcurrentQueue<DataFile> files, CancellationToken cancellationToken)
    {
        var digest = new ContentDigest();
        var item = new CanonicalItem();
        var batch = TakeBatch();
        while (files.TryDequeue(out var file))
        {
            await foreach (var source in ItemSource.ReadAsync(store, file, cancellationToken))
            {
                source.ReadInto(item);
                digest.Add(item.Encoding);
                Expiry?.Look(source.Json.Span, item);
                if (!batch.HasRoomFor(source.Json.Length))
                {
                    await SendAsync(batch, cancellationToken);
                    batch = TakeBatch();
                }

                batch.Add(source);
            }
        }

        if (batch.Count > 0)
            await SendAsync(batch, cancellationToken);
        return digest;
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
        var writer = new BatchWriter(connection, table, output);
        await foreach (var batch in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            var (count, length) = (batch.Count, batch.Length);
            await writer.WriteAsync(batch, cancellationToken);
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
