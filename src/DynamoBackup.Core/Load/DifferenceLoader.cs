using System.Collections.Concurrent;
using System.Threading.Channels;
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
    private const int MostBytesUnderWay = 48 << 20;

    private readonly ByteBudget _budget = new(MostBytesUnderWay);
    private readonly LoadPace? _pace = capacity is null ? null : new LoadPace(capacity, output);
    private readonly ConcurrentBag<WriteBatch> _spare = [];
    private readonly Channel<WriteBatch> _batches = Channel.CreateBounded<WriteBatch>(Writers);

    /// <summary>Runs what feeds it, and returns when all has been written.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = Workers.CancelOthersOnFailure(() => FeedAsync(feed, cancel.Token), cancel);
        var writing = Enumerable.Range(0, Writers).Select(_ => Workers.CancelOthersOnFailure(() => WriteAsync(cancel.Token), cancel));
        await Workers.JoinAsync([feeding, .. writing], cancellationToken);
    }

    /// <summary>A way in for one reader.</summary>
    public Feeder NewFeeder() => new(this);

    /// <inheritdoc/>
    public void Dispose() => _budget.Dispose();

    private async Task<bool> FeedAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken)
    {
        await feed(cancellationToken);
        _batches.Writer.Complete();
        return true;
    }

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        var writer = new BatchWriter(connection, table, _pace, output);
        await foreach (var batch in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            var (count, length) = (batch.Count, batch.Length);
            await writer.WriteAsync(batch, cancellationToken);
            written(count);
            meter.Add(count, length);
            _budget.Release(length);
            batch.Clear();
            _spare.Add(batch);
        }

        return true;
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
            await loader._budget.AcquireAsync(batch.Length, cancellationToken);
            await loader._batches.Writer.WriteAsync(batch, cancellationToken);
        }

        private async ValueTask MakeRoomAsync(int length, int units, CancellationToken cancellationToken)
        {
            if (_batch is not null && !_batch.HasRoomFor(length, units, loader._pace?.MostUnits ?? double.PositiveInfinity))
                await FlushAsync(cancellationToken);
            _batch ??= loader.TakeBatch();
        }
    }
}
