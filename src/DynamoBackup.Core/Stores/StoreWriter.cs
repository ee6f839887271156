namespace DynamoBackup.Stores;

/// <summary>An object being written. Disposed without <see cref="CommitAsync"/>, it leaves nothing behind.</summary>
public abstract class StoreWriter : IAsyncDisposable
{
    /// <summary>Where the bytes go, in order.</summary>
    public abstract Stream Stream { get; }

    /// <summary>
    /// Waits until the writer has room again: one that sends in the background takes what is written at once and holds its caller back
    /// here. Whoever writes much calls this between portions of a few megabytes, or memory is not bounded.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DynamoBackupException">What was written could not be stored.</exception>
    public virtual ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Makes the object durable and visible under its name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public abstract Task CommitAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DisposeCoreAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the writer, and what it wrote unless that was committed.</summary>
    protected abstract ValueTask DisposeCoreAsync();
}
