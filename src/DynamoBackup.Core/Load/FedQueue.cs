using System.Threading.Channels;

namespace DynamoBackup.Load;

/// <summary>Writes on their way from whoever reads to many writers: bounded in number and in bytes.</summary>
/// <typeparam name="T">What is written at once.</typeparam>
/// <param name="writers">How many writers there are.</param>
internal sealed class FedQueue<T>(int writers) : IDisposable
{
    private const int MostBytesUnderWay = 48 << 20;

    private readonly ByteBudget _budget = new(MostBytesUnderWay);
    private readonly Channel<T> _writes = Channel.CreateBounded<T>(writers);

    /// <summary>Runs what feeds it beside the writers, and returns when all writes have ended.</summary>
    /// <param name="feed">Adds the writes.</param>
    /// <param name="write">One writer: takes writes until there are no more, and releases each.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task RunAsync(Func<CancellationToken, Task> feed, Func<IAsyncEnumerable<T>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = Workers.CancelOthersOnFailure(() => FeedAsync(feed, cancel.Token), cancel);
        var writing = Enumerable.Range(0, writers).Select(_ => Workers.CancelOthersOnFailure(() => WriteAsync(write, cancel.Token), cancel));
        await Workers.JoinAsync([feeding, .. writing], cancellationToken);
    }

    /// <summary>Takes a write; waits while too many are under way.</summary>
    public async ValueTask AddAsync(T write, int length, CancellationToken cancellationToken)
    {
        await _budget.AcquireAsync(length, cancellationToken);
        await _writes.Writer.WriteAsync(write, cancellationToken);
    }

    /// <summary>Gives back the room of a write that has ended.</summary>
    public void Release(int length) => _budget.Release(length);

    /// <inheritdoc/>
    public void Dispose() => _budget.Dispose();

    private async Task<bool> FeedAsync(Func<CancellationToken, Task> feed, CancellationToken cancellationToken)
    {
        await feed(cancellationToken);
        _writes.Writer.Complete();
        return true;
    }

    private async Task<bool> WriteAsync(Func<IAsyncEnumerable<T>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await write(_writes.Reader.ReadAllAsync(cancellationToken), cancellationToken);
        return true;
    }
}
