using DynamoBackup.Checkpoints;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Where a backup's run begins: with a new backup, or with one that an earlier run has left unfinished.</summary>
internal sealed class BackupStart : IAsyncDisposable
{
    private BackupStart(string folder, Checkpoint state, bool isContinued, CheckpointKeeper keeper)
    {
        Folder = folder;
        Id = state.BackupId!;
        Started = ManifestJson.ParseInstant(state.StartedUtc)!.Value;
        Segments = state.Segments!.Count;
        Stream = state.Stream;
        CapturedFrom = ManifestJson.ParseInstant(state.CapturedFromUtc) is { } captured ? new DateTimeOffset(captured, TimeSpan.Zero) : null;
        IsContinued = isContinued;
        Starts = isContinued ? [.. state.Segments.Select(StartOf)] : null;
        Keeper = keeper;
    }

    /// <summary>The backup's id.</summary>
    public string Id { get; }

    /// <summary>The backup's folder.</summary>
    public string Folder { get; }

    /// <summary>When reading began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Where in the table's stream an earlier run began to capture changes; null where none did.</summary>
    public SidecarStream? Stream { get; }

    /// <summary>When it began, by the service's clock.</summary>
    public DateTimeOffset? CapturedFrom { get; }

    /// <summary>The scan's segments.</summary>
    public int Segments { get; }

    /// <summary>Where each segment begins; null for a new backup.</summary>
    public IReadOnlyList<SegmentStart>? Starts { get; }

    /// <summary>Whether an earlier run's backup is continued.</summary>
    public bool IsContinued { get; }

    /// <summary>Keeps the backup's checkpoint.</summary>
    public CheckpointKeeper Keeper { get; }

    /// <summary>Decides.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another run is at work on what would be continued.</exception>
    public static async Task<BackupStart> FindAsync(BackupRequest request, TableDefinition table, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken)
    {
        var fresh = Fresh(request, table);
        if (request.Resume)
        {
            if (await SearchAsync(fresh, table, stores, output, cancellationToken) is { } found)
                return await ContinueAsync(found, request, stores, output, cancellationToken);
            output.Verbose($"There is no unfinished backup of '{table.Name}' to go on with; a new one begins.");
        }

        var folder = BackupLayout.FolderOf(table.Name, fresh.BackupId!);
        return new BackupStart(folder, fresh, isContinued: false, new CheckpointKeeper(stores, folder, fresh, new Dictionary<IBackupStore, string>(), output));
    }

    /// <summary>Looks, by reading only, for the unfinished backup that a run would continue.</summary>
    /// <returns>The backup; null where a new one would begin.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another run is at work on it.</exception>
    public static Task<UnfinishedBackup?> SearchAsync(BackupRequest request, TableDefinition table, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken) =>
        SearchAsync(Fresh(request, table), table, stores, output, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Keeper.DisposeAsync();

    private static Task<UnfinishedBackup?> SearchAsync(Checkpoint wanted, TableDefinition table, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken)
    {
        var folder = BackupLayout.FolderOf(table.Name, wanted.BackupId!);
        return new UnfinishedSearch(stores, wanted, ScanPosition.IsKey, output).RunAsync(folder[..folder.LastIndexOf('/')], cancellationToken);
    }

    private static Checkpoint Fresh(BackupRequest request, TableDefinition table)
    {
        var started = DateTimeOffset.UtcNow;
        return new Checkpoint
        {
            SchemaVersion = Checkpoint.CurrentSchema,
            Tool = BackupSealer.ToolVersion,
            BackupId = BackupId.Create(started),
            TableArn = table.Arn,
            TableId = table.Id,
            TableCreated = TableStream.TableCreated(table),
            StartedUtc = ManifestJson.Format(started),
            Parameters = new CheckpointParameters { ConsistentRead = request.ConsistentRead, Compression = request.Compression.ToString(), NoContentDigest = request.NoContentDigest },
            Segments = [.. Enumerable.Repeat(new CheckpointSegment { Files = [] }, request.Segments ?? ScanPlan.DefaultSegments(table.SizeBytesEstimate))],
        };
    }

    private static async Task<BackupStart> ContinueAsync(UnfinishedBackup found, BackupRequest request, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken)
    {
        var keeper = new CheckpointKeeper(stores, found.Folder, found.State, found.Versions, output);
        var start = new BackupStart(found.Folder, found.State, isContinued: true, keeper);
        try
        {
            await keeper.TakeOverAsync(cancellationToken);
        }
        catch
        {
            await keeper.DisposeAsync();
            throw;
        }

        var files = keeper.Files;
        output.Verbose($"Going on with the unfinished backup {start.Id}, begun {ManifestJson.Format(start.Started)}: {files.Sum(file => file.ItemCount):N0} items in {files.Count} files are stored, {start.Starts!.Count(segment => segment.Ended)} of {start.Segments} segments have ended.");
        if (request.Segments is { } segments && segments != start.Segments)
            output.Verbose($"It is read in the {start.Segments} segments that it was begun with, not in {segments}.");
        return start;
    }

    private static SegmentStart StartOf(CheckpointSegment segment) => new(
        segment.After is { } after ? ScanPosition.Parse(after, segment.ItemsRead) : new ScanPosition(null, segment.ItemsRead), segment.Ended);
}
