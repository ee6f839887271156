using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Receives items from one thread at a time and waits, between them, for whatever it passes them on to.</summary>
internal abstract class ItemSink : IAsyncDisposable
{
    /// <summary>Takes an item.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    public abstract void Take(CanonicalItem item, ReadOnlySpan<byte> json);

    /// <summary>Waits until there is room for more.</summary>
    public virtual ValueTask SettleAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Ends it: all items have been taken.</summary>
    public abstract Task CloseAsync(CancellationToken cancellationToken);

    /// <summary>Lets go what it holds; what is not closed leaves nothing.</summary>
    public abstract ValueTask DisposeAsync();
}
