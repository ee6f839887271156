namespace DynamoBackup.Stores;

/// <summary>Reads small objects whole.</summary>
internal static class StoreReading
{
    /// <summary>Reads an object into memory.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="key">Its name.</param>
    /// <param name="limit">Most bytes to read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The bytes; null where there is no such object.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.ManifestDamaged"/>: the object is larger than the limit.</exception>
    public static async Task<byte[]?> ReadAllAsync(this IBackupStore store, string key, long limit, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(key, cancellationToken);
        if (stream is null)
            return null;
        return await stream.ReadLimitedAsync(key, limit, cancellationToken);
    }

    /// <summary>Reads what is left of a stream into memory.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="key">The object's name, for errors.</param>
    /// <param name="limit">Most bytes to read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.ManifestDamaged"/>: there is more than the limit.</exception>
    public static async Task<byte[]> ReadLimitedAsync(this Stream stream, string key, long limit, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        try
        {
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                content.Write(buffer, 0, count);
                if (content.Length > limit)
                    throw new DynamoBackupException(BackupErrorCode.ManifestDamaged, $"'{key}' is larger than a manifest can be ({limit:N0} bytes). It is damaged or hostile.", key);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, key, StoreAccess.Read);
        }

        return content.ToArray();
    }

    /// <summary>Whether a stream's bytes, to its end, are the given ones.</summary>
    public static async Task<bool> HoldsAsync(this Stream stream, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var bytes = new byte[content.Length + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return content.Span.SequenceEqual(bytes.AsSpan(0, length));
    }
}
