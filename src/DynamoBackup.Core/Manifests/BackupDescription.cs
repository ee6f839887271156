using DynamoBackup.Stores;

namespace DynamoBackup.Manifests;

/// <summary>A backup that has just been completed, as users see it.</summary>
internal static class BackupDescription
{
    /// <summary>Describes it.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="sidecar">Its sidecar, as written.</param>
    /// <param name="fileCount">How many data files it has.</param>
    /// <param name="tableId">The table's id; null where the service gives none.</param>
    public static BackupInfo Of(IBackupStore store, string folder, Sidecar sidecar, int fileCount, string? tableId)
    {
        var name = TableIdentity.Parse(sidecar.TableArn)?.Name ?? "(unknown)";
        return new BackupInfo
        {
            TableName = name,
            TableArn = sidecar.TableArn ?? "",
            Id = sidecar.BackupId!,
            Type = sidecar.Type == Sidecar.IncrementalType ? BackupType.Incremental : BackupType.Full,
            Location = store.Location,
            Path = folder,
            StartedUtc = ManifestJson.ParseInstant(sidecar.StartedUtc) ?? default,
            CompletedUtc = ManifestJson.ParseInstant(sidecar.CompletedUtc),
            ItemCount = sidecar.ItemCount,
            ItemBytes = sidecar.ItemBytes,
            StoredBytes = sidecar.StoredBytes,
            FileCount = fileCount,
            ContentDigest = sidecar.ContentDigest,
            TableId = tableId,
            Consistency = sidecar.Scan is not { } scan ? ReadConsistency.Unknown : scan.ConsistentRead ? ReadConsistency.Strong : ReadConsistency.Eventual,
            Findings = [.. FindingsOf(sidecar, name).OrderByDescending(finding => finding.Severity)],
        }.WithChain(summary: null, sidecar);
    }

    /// <summary>A backup with what its manifests say of its time and of its place in a chain.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="summary">Its summary; null where it cannot be read, or is not needed beside the sidecar.</param>
    /// <param name="sidecar">Its sidecar; null where there is none.</param>
    public static BackupInfo WithChain(this BackupInfo backup, ManifestSummary? summary, Sidecar? sidecar)
    {
        var times = ExportTimes.Of(summary, sidecar);
        return backup with
        {
            ParentId = sidecar?.ParentId,
            StreamArn = sidecar?.Stream?.Arn,
            Exactness = times.Exactness,
            FromUtc = times.FromUtc,
            ToUtc = times.ToUtc,
            ExactWith = sidecar?.ExactWith,
            ExactDigest = sidecar?.ExactDigest,
            Gap = sidecar?.Gap is { } gap ? new BackupGap(ManifestJson.ParseInstant(gap.FromUtc), times.ToUtc, gap.Reason ?? "") : null,
            StreamMargin = sidecar?.Stream is { } stream ? TimeSpan.FromSeconds(Math.Clamp(stream.MarginSeconds, 0, 86_400)) : null,
        };
    }

    /// <summary>What a sidecar says that is worth knowing.</summary>
    public static IEnumerable<Finding> FindingsOf(Sidecar sidecar, string table)
    {
        foreach (var setting in (sidecar.Definition?.NotRead ?? []).OfType<SidecarNotRead>())
            yield return setting.ToFinding(table);
        if (sidecar.NotExactBecause is { } reason)
            yield return new Finding(FindingSeverity.Warning, FindingKind.NotExact, table, $"It is not the table's state at one instant: {reason}", "Take another backup when that is mended, or restore another one where an exact state is needed.");
    }
}
