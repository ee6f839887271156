using System.Collections.Concurrent;
using DynamoBackup.Aws;
using DynamoBackup.Segments;

namespace DynamoBackup.Load;

/// <summary>Writes chosen items, and deletes, in batches and many at a time; whoever reads feeds it.</summary>
/// <param name="connection">The connection.</param>
/// <param name="table">The table.</param>
/// <param name="output">Told about waits.</param>
/// <param name="capacity">What the writing may consume; null does not limit it.</param>
/// <param name="meter">Shows how far it is.</param>
/// <param name="written">Told how many operations the service has taken, from any thread.</param>
internal sealed class DifferenceLoader(DynamoConnection connection, string table, IRunOutput output, CapacityBudget? capacity, ProgressMeter meter, Action<long> written) : IDisposable
{
    private const int Writers = 32;

    private readonly FedQueue<WriteBatch> _queue = new(Writers);
    private readonly LoadPace? _pace = capacity is null ? null : new LoadPace(capacity, output);
    private readonly ConcurrentBag<WriteBatch> _spare = [];

    /// <summary>Runs what feeds it, and returns when all has been written.</summary>
    public Task RunAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken) => _queue.RunAsync(feed, WriteAsync, cancellationToken);

    /// <summary>A way in for one reader.</summary>
    public Feeder NewFeeder() => new(this);

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private async Task WriteAsync(IAsyncEnumerable<WriteBatch> batches, CancellationToken cancellationToken)
    {
        var writer = new BatchWriter(connection, table, _pace, output);
        await foreach (var batch in batches)
        {
            var (count, length) = (batch.Count, batch.Length);
            await writer.WriteAsync(batch, cancellationToken);
            written(count);
            meter.Add(count, length);
            _queue.Release(length);
            batch.Clear();
            _spare.Add(batch);
        }
    }

    private WriteBatch TakeBatch() => _spare.TryTake(out var batch) ? batch : new WriteBatch(table);

    /// <summary>Gathers one reader's operations into batches.</summary>
    internal sealed class Feeder(DifferenceLoader loader)
    {
        private WriteBatch? _batch;

        /// <summary>Puts an item.</summary>
        public async ValueTask PutAsync(SourceItem item, int units, CancellationToken cancellationToken)
        {
            await MakeRoomAsync(item.Json.Length, units, cancellationToken);
            _batch!.Add(item, units);
        }

        /// <summary>Deletes an item.</summary>
        public async ValueTask DeleteAsync(ReadOnlyMemory<byte> keyJson, int units, CancellationToken cancellationToken)
        {
            await MakeRoomAsync(keyJson.Length, units, cancellationToken);
            _batch!.AddDelete(keyJson.Span, units);
        }

        /// <summary>Sends what has been gathered.</summary>
        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            if (_batch is not { Count: > 0 } batch)
                return;
            _batch = null;
            await loader._queue.AddAsync(batch, batch.Length, cancellationToken);
        }

        private async ValueTask MakeRoomAsync(int length, int units, CancellationToken cancellationToken)
        {
            if (_batch is not null && !_batch.HasRoomFor(length, units, loader._pace?.MostUnits ?? double.PositiveInfinity))
                await FlushAsync(cancellationToken);
            _batch ??= loader.TakeBatch();
        }
    }
}
