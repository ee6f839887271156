namespace DynamoBackup.Changes;

/// <summary>Wakes the one that waits; a call while nobody waits ends the next wait at once.</summary>
internal sealed class WakeSignal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Wakes it.</summary>
    public void Set() => _next.TrySetResult();

    /// <summary>Waits to be woken, or for a time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        await Task.WhenAny(_next.Task, Task.Delay(longest, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (_next.Task.IsCompleted)
            _next = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
