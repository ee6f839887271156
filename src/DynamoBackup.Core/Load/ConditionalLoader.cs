using System.Threading.Channels;
using DynamoBackup.Aws;

namespace DynamoBackup.Load;

/// <summary>Does conditional writes, one item a request and many requests at a time; whoever reads feeds it.</summary>
/// <param name="connection">The connection.</param>
/// <param name="table">The table.</param>
/// <param name="partitionKey">The name of its partition key.</param>
/// <param name="output">Told about waits.</param>
/// <param name="capacity">What the writing may consume; null does not limit it.</param>
/// <param name="ended">Told what became of each write, from any thread.</param>
internal sealed class ConditionalLoader(
    DynamoConnection connection, string table, string partitionKey, IRunOutput output, CapacityBudget? capacity, Action<ConditionalWrite, ConditionalOutcome> ended) : IDisposable
{
    private const int Writers = 64;
    private const int MostBytesUnderWay = 48 << 20;

    private readonly ByteBudget _budget = new(MostBytesUnderWay);
    private readonly LoadPace? _pace = capacity is null ? null : new LoadPace(capacity, output);
    private readonly Channel<ConditionalWrite> _writes = Channel.CreateBounded<ConditionalWrite>(Writers);

    /// <summary>Runs what feeds it, and returns when all writes have ended.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = Workers.CancelOthersOnFailure(() => FeedAsync(feed, cancel.Token), cancel);
        var writing = Enumerable.Range(0, Writers).Select(_ => Workers.CancelOthersOnFailure(() => WriteAsync(cancel.Token), cancel));
        await Workers.JoinAsync([feeding, .. writing], cancellationToken);
    }

    /// <summary>Takes a write; waits while too many are under way.</summary>
    public async ValueTask AddAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        await _budget.AcquireAsync(write.Length, cancellationToken);
        await _writes.Writer.WriteAsync(write, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _budget.Dispose();

    private async Task<bool> FeedAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken)
    {
        await feed(cancellationToken);
        _writes.Writer.Complete();
        return true;
    }

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        var writer = new ConditionalWriter(connection, table, partitionKey, _pace, output);
        await foreach (var write in _writes.Reader.ReadAllAsync(cancellationToken))
        {
            ended(write, await writer.WriteAsync(write, cancellationToken));
            _budget.Release(write.Length);
        }

        return true;
    }
}
