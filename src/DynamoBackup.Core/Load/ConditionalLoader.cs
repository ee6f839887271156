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

    private readonly FedQueue<ConditionalWrite> _queue = new(Writers);
    private readonly LoadPace? _pace = capacity is null ? null : new LoadPace(capacity, output);

    /// <summary>Runs what feeds it, and returns when all writes have ended.</summary>
    public Task RunAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken) => _queue.RunAsync(feed, WriteAsync, cancellationToken);

    /// <summary>Takes a write; waits while too many are under way.</summary>
    public ValueTask AddAsync(ConditionalWrite write, CancellationToken cancellationToken) => _queue.AddAsync(write, write.Length, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private async Task WriteAsync(IAsyncEnumerable<ConditionalWrite> writes, CancellationToken cancellationToken)
    {
        var writer = new ConditionalWriter(connection, table, partitionKey, _pace, output);
        await foreach (var write in writes)
        {
            ended(write, await writer.WriteAsync(write, cancellationToken));
            _queue.Release(write.Length);
        }
    }
}
