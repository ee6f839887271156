using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Segments;

internal sealed class ChangeFileWriter(StoreGroup stores, string folder, BackupCompression compression, long maxFileBytes) : IAsyncDisposable
{
    public long StoredBytes => maxFileBytes + (long)compression + folder.Length + stores.Stores.Count;

    public Task WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => Task.Delay(lines.Length + folder.Length, cancellationToken);

    public Task<IReadOnlyList<SealedFile>> CloseAsync(CancellationToken cancellationToken) => Task.FromException<IReadOnlyList<SealedFile>>(new OperationCanceledException(folder, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
