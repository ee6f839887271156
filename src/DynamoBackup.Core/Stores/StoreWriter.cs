namespace DynamoBackup.Stores;

/// <summary>An object being written. Disposed without <see cref="CommitAsync"/>, it leaves nothing behind.</summary>
public abstract class StoreWriter : IAsyncDisposable
{
    /// <summary>Where the bytes go, in order.</summary>
    public abstract Stream Stream { get; }

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
