using DynamoBackup.Chains;
using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>
/// Merges a full backup and incremental ones into a new full backup, without reading the table: find the chain, replay it into data files, read these back, seal. The merged backup is the table's state at one
/// instant; those that it was made from stay as they are.
/// </summary>
public static class MergeRun
{
    /// <summary>Finds out what would be merged.</summary>
    /// <param name="request">What to merge.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DynamoBackupException">No backups bring the instant back, or there is nothing to merge.</exception>
    public static MergePlan Plan(MergeRequest request, IRunOutput output)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        var point = Choose(request, output);
        return new MergePlan
        {
            TableName = point.Base.TableName,
            AtUtc = point.AtUtc!.Value,
            Destination = request.Destination ?? point.Increments[^1].Location,
            Base = point.Base,
            Increments = point.Increments,
            Changes = point.Increments.Sum(increment => increment.ItemCount),
        };
    }

    /// <summary>What a plan does, in words.</summary>
    /// <param name="plan">The plan.</param>
    public static string Describe(MergePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return $"Make a full backup of the state at {Second.Text(plan.AtUtc)}, in {plan.Destination}, from {ChainChoice.Describe(new(plan.Base, plan.Increments, plan.AtUtc))}";
    }

    /// <summary>Merges.</summary>
    /// <param name="request">What to merge.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run; nothing of the merged backup is left then.</param>
    /// <returns>The merged backup.</returns>
    /// <exception cref="DynamoBackupException">It could not be made; nothing of it is left.</exception>
    public static Task<BackupInfo> RunAsync(MergeRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        var point = Choose(request, output);
        return RunTimeout.RunAsync(
            request.Timeout, $"The merge of backups of '{point.Base.TableName}'", "No backup was made. Give it more time.", point.Base.TableName, output,
            (watched, cancellation) => MergeAsync(request, point, watched, cancellation), cancellationToken);
    }

    private static async Task<BackupInfo> MergeAsync(MergeRequest request, RestorePoint point, IRunOutput output, CancellationToken cancellationToken)
    {
        using var chain = await OpenedChain.OpenAsync(point, request.Store, excludeTtlDelete: false, output, cancellationToken);
        using var store = StoreLocation.Open(request.Destination ?? point.Increments[^1].Location, request.Store, output);
        using var folder = WorkingFolder.Open(request.WorkingDirectory, output);
        folder.RequireSpace(TableReplay.BytesNeeded(chain.Input), "merge");
        output.Verbose($"Merging {ChainChoice.Describe(point)} into a full backup at {store.Location}.");
        var writer = new StateWriter(chain, folder, output) { Compression = request.Compression, MaxFileBytes = request.MaxFileBytes, Proves = true };
        // The id sorts by the instant that the backup is of: an old state does not become the newest backup by being merged today.
        var id = BackupId.Create(point.AtUtc!.Value);
        var path = await writer.WriteAsync(store, id, (draft, counts) => Complete(draft, counts, chain, request.Compression), cancellationToken);
        var merged = await BackupReader.ReadAsync(store, path, cancellationToken)
            ?? throw new DynamoBackupException(BackupErrorCode.StoreReadFailed, $"{store.Location} does not show the merged backup {id}, though it was completed. List what is there with: Get-DynamoBackup -Source '{store.Location}'", id);
        output.Verbose($"Merged into backup {id}: {merged.Info.ItemCount:N0} items, digest {merged.Info.ContentDigest}, proved by reading them back.");
        return merged.Info;
    }

    private static RestorePoint Choose(MergeRequest request, IRunOutput output)
    {
        if (request.Known.Count == 0)
            throw new DynamoBackupException(BackupErrorCode.BackupNotFound, "There are no backups to merge. Get-DynamoBackup lists what a store holds.");
        var at = request.PointInTime;
        if (at is null && request.Backup is null && ChainMap.Of(request.Known).Restorable is [.., var newest])
        {
            at = new DateTimeOffset(newest.ToUtc);
            if (ChainRun.DescribeBroken(request.Known, newest.ToUtc) is { } broken)
                output.Warning(broken);
        }

        var point = ChainChoice.Find(request.Known, request.Backup, at ?? (request.Backup is null ? DateTimeOffset.UtcNow : null), output, out _);
        return point.Increments.Count > 0
            ? point
            : throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"There is nothing to merge: backup {point.Base.Id} alone is that state of '{point.Base.TableName}'. Give a later instant with -PointInTime; Get-DynamoBackup -Chain shows what builds on it.", point.Base.Id);
    }

    private static Sidecar Complete(Sidecar draft, ReplayCounts counts, OpenedChain chain, BackupCompression compression)
    {
        var newest = chain.Input.Newest;
        // Only where nothing was left out can changes be read on from where the newest of the merged backups ends.
        var goesOn = counts.Late == 0 && chain.Point.AtUtc == newest.Info.ToUtc && newest.Sidecar?.Stream is not null;
        return draft with
        {
            Scan = chain.Input.Base.Sidecar?.Scan is { } scan ? scan with { Compression = compression.ToString(), ContentDigest = null } : null,
            Stream = goesOn ? newest.Sidecar!.Stream! with { From = newest.Sidecar.Stream.To } : null,
        };
    }
}
