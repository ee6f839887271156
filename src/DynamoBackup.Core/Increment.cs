using System.Buffers;
using System.Collections.Concurrent;
using DynamoBackup.Changes;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// One incremental backup in the making: it takes the stream's pages as lines, and is sealed, or leaves nothing. What is not sealed is still in the stream, and the next run reads it again.
/// </summary>
internal sealed class Increment : IAsyncDisposable
{
    private readonly StoreGroup _stores;
    private readonly IRunOutput _output;
    private readonly ChangeFileWriter _writer;
    private readonly SemaphoreSlim _beginning = new(1);
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _spare = [];
    private readonly object _lock = new();
    private bool _isBegun;
    private bool _isSealed;
    private long _taken;

    /// <summary>A backup of which nothing is stored yet.</summary>
    /// <param name="stores">Where it will lie.</param>
    /// <param name="tableName">The table.</param>
    /// <param name="request">How to store it.</param>
    /// <param name="output">Told of what could not be taken away.</param>
    public Increment(StoreGroup stores, string tableName, BackupRequest request, IRunOutput output)
    {
        _stores = stores;
        _output = output;
        Started = DateTimeOffset.UtcNow;
        Id = BackupId.Create(Started);
        Folder = BackupLayout.FolderOf(tableName, Id);
        _writer = new ChangeFileWriter(stores, Folder, request.Compression, request.MaxFileBytes);
    }

    /// <summary>The backup's id.</summary>
    public string Id { get; }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Changes taken so far.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The second of the oldest change taken so far; null where there is none.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <summary>The second of the newest change taken so far; null where there is none.</summary>
    public DateTimeOffset? Newest { get; private set; }

    /// <summary>Bytes stored so far.</summary>
    public long StoredBytes => _writer.StoredBytes;

    /// <summary>Takes a page of changes. Several shards may come at once.</summary>
    public async ValueTask TakeAsync(ChangePage page, CancellationToken cancellationToken)
    {
        if (page.Records.Count == 0)
            return;
        await BeginAsync(cancellationToken);
        if (!_spare.TryTake(out var lines))
            lines = new ArrayBufferWriter<byte>();
        lines.ResetWrittenCount();
        var (oldest, newest) = Convert(page, lines);
        await _writer.WriteAsync(lines.WrittenMemory, cancellationToken);
        _spare.Add(lines);
        Interlocked.Add(ref _taken, page.Records.Count);
        lock (_lock)
        {
            Oldest = Oldest is { } known && known < oldest ? known : oldest;
            Newest = Newest is { } last && last > newest ? last : newest;
        }
    }

    /// <summary>The sidecar but for what is derived from the files.</summary>
    /// <param name="table">The table.</param>
    /// <param name="parentId">The backup that this one builds on.</param>
    /// <param name="from">The second that one is good for.</param>
    /// <param name="to">The second that this one is good for.</param>
    /// <param name="stream">What was read of the stream.</param>
    public Sidecar Draft(TableDefinition table, string parentId, DateTimeOffset from, DateTimeOffset to, SidecarStream stream) => new()
    {
        BackupId = Id,
        Type = Sidecar.IncrementalType,
        TableArn = table.Arn,
        ParentId = parentId,
        StartedUtc = ManifestJson.Format(Started),
        CompletedUtc = ManifestJson.Format(DateTimeOffset.UtcNow),
        FromUtc = ManifestJson.Format(from),
        ToUtc = ManifestJson.Format(to),
        Stream = stream,
        Definition = table.Recorded,
    };

    /// <summary>Completes the backup in every store that is still with it.</summary>
    /// <param name="draft">The sidecar but for what is derived from the files.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="tableId">The table's id; null where the service gives none.</param>
    /// <param name="cancellationToken">Ends the call; the backup is then not complete.</param>
    /// <returns>The backup, once for each store that has it.</returns>
    /// <exception cref="DynamoBackupException">It could not be completed anywhere, or not all changes that were read are stored.</exception>
    public async Task<IReadOnlyList<BackupInfo>> SealAsync(Sidecar draft, string table, string? tableId, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var files = await _writer.CloseAsync(cancellationToken);
        if (files.Sum(file => file.ItemCount) is var stored && stored != Taken)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{Taken:N0} changes were read from the stream, but {stored:N0} stored. Nothing of this backup is kept; please report it.", table);
        var complete = await _stores.EachAsync(store => BackupSealer.SealAsync(store, Folder, draft, files, tableId, cancellationToken));
        _isSealed = true;
        return [.. complete.Select(backup => BackupDescription.Of(backup.Store, Folder, backup.Outcome, files.Count, tableId) with { ItemsScanned = Taken })];
    }

    /// <summary>Takes away what was stored of a backup that was not sealed, and what a store holds that failed on the way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _beginning.Dispose();
        if (_isBegun)
            await UnsealedBackup.RemoveAsync(_stores.Stores.Where(store => !_isSealed || !_stores.IsLive(store)), Folder, _output);
    }

    private static (DateTimeOffset Oldest, DateTimeOffset Newest) Convert(ChangePage page, ArrayBufferWriter<byte> lines)
    {
        var writer = new ChangeLineWriter(page.ShardId);
        var (oldest, newest) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        try
        {
            foreach (var slice in page.Records)
            {
                var record = StreamRecord.Read(page.Bytes.Span.Slice(slice.Start, slice.Length));
                writer.Write(lines, record);
                var created = record.Created;
                (oldest, newest) = (created < oldest ? created : oldest, created > newest ? created : newest);
            }
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidItem, $"The stream sent a record that is none: {exception.Message}. Check that the endpoint is DynamoDB Streams, and what lies between.", page.ShardId, exception);
        }

        return (oldest, newest);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isBegun))
            return;
        await _beginning.WaitAsync(cancellationToken);
        try
        {
            if (_isBegun)
                return;
            await _stores.EachAsync(store => BackupSealer.StartAsync(store, Folder, cancellationToken));
            Volatile.Write(ref _isBegun, true);
        }
        finally
        {
            _beginning.Release();
        }
    }
}
