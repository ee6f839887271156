using System.Collections.Concurrent;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>
/// Holds answers of one operation back at the proxy: the server has done its part, and the client waits. So a run stands still at a
/// known place until the test has looked, and nothing depends on time.
/// </summary>
/// <param name="operation">The operation.</param>
/// <param name="after">So many answers pass before the gate closes.</param>
/// <param name="count">So many are held; later ones pass.</param>
internal sealed class Gate(string operation, int after = 0, int count = int.MaxValue)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<Task> _givenUp = [];

    /// <summary>For <see cref="DynamoProxy.OnResponse"/>.</summary>
    public async Task HoldAsync(ProxyExchange exchange)
    {
        if (exchange.Operation != operation || exchange.OperationNumber <= after || exchange.OperationNumber > (long)after + count) return;
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = exchange.Gone.Register(gone.SetResult);
        _givenUp.Add(gone.Task);
        _reached.TrySetResult();
        await Task.WhenAny(_open.Task, gone.Task);
        exchange.Gone.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until an answer is held.</summary>
    public Task ReachedAsync() => _reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public void Open() => _open.TrySetResult();

    /// <summary>Waits until the client has given up every answer that is held: whoever waits for one is no longer there.</summary>
    public Task AllGivenUpAsync() => Task.WhenAll(_givenUp).WaitAsync(Patience, TestContext.Current.CancellationToken);
}
