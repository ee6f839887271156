namespace DynamoBackup.Stores;

/// <summary>
/// Names and bytes: where backups lie. It knows nothing of tables, items or manifests.
/// <para><b>Names.</b> Relative, segments parted by <c>/</c>, checked by <see cref="StoreKey.Validate"/>; nothing outside the store's root
/// can be named, and links below the root are not followed.</para>
/// <para><b>Atomicity.</b> An object appears under its name whole and flushed to durable storage, or not at all. An abandoned or killed
/// write leaves nothing that <see cref="ListAsync"/> shows or <see cref="OpenReadAsync"/> opens.
/// <see cref="PutIfAbsentAsync"/> and <see cref="TryReplaceAsync"/> let exactly one of any number of concurrent writers of different bytes win.</para>
/// <para><b>Listing.</b> Complete for all objects whose write had ended before the listing began; order is by ordinal name.</para>
/// <para><b>Retry.</b> Every call but writing to an opened <see cref="StoreWriter.Stream"/> may be repeated after a failure with the same
/// outcome: deleting what is gone is no error, and <see cref="PutIfAbsentAsync"/> of bytes that are already there succeeds.</para>
/// <para><b>Errors.</b> <see cref="DynamoBackupException"/> with a store code (not found, denied, full, conflict, read or write failed).</para>
/// Instances may be used by many threads at once.
/// </summary>
public interface IBackupStore : IDisposable
{
    /// <summary>What a user gives as <c>-Source</c> to reach this store again.</summary>
    string Location { get; }

    /// <summary>What a backup's summary says of the store.</summary>
    StorePlace Place { get; }

    /// <summary>Checks that the store exists and can be listed.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task EnsureExistsAsync(CancellationToken cancellationToken);

    /// <summary>Makes the store ready to be written: creates its root where only the last folder is missing.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Begins to write an object; it appears (replacing one of the same name) when the writer is committed.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes a small object unless the name is taken by other bytes.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.StoreConflict"/>: other bytes are there.</exception>
    Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Reads a small object together with its version.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="limit">Most bytes to read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object; null where there is none.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.ManifestDamaged"/>: the object is larger than the limit.</exception>
    Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a small object where it still has the version that was read. Callers never write bytes that the object has had before; finding its
    /// own there, a repeated call succeeds.
    /// </summary>
    /// <param name="key">The object's name.</param>
    /// <param name="content">Its new bytes.</param>
    /// <param name="version">The version that it must have; null where it must not exist.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new version; null where the object has another version, or is not there, so that nothing was written.</returns>
    Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from its beginning.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The bytes; null where there is no such object.</returns>
    Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Looks an object up.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its entry; null where there is no such object.</returns>
    Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>All objects below a folder, at any depth.</summary>
    /// <param name="folder">The folder's name; empty for the root.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoreEntry> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The names of the folders directly in a folder, relative to it.</summary>
    /// <param name="folder">The folder's name; empty for the root.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Deletes an object; no error where there is none.</summary>
    /// <param name="key">The object's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deletes what killed writers have left in a folder where no one writes any more. A bucket's unfinished uploads are its lifecycle rules' to end.</summary>
    /// <param name="folder">The folder's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DeleteLeftoversAsync(string folder, CancellationToken cancellationToken) => Task.CompletedTask;
}
