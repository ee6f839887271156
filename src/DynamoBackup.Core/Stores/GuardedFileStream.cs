namespace DynamoBackup.Stores;

/// <summary>A file being written, whose errors leave it as store errors.</summary>
internal sealed class GuardedFileStream(FileStream file, string path) : ObjectStream
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, path, StoreAccess.Write);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await file.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, path, StoreAccess.Write);
        }
    }
}
