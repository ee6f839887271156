using DynamoBackup.Stores;

namespace DynamoBackup.Manifests;

/// <summary>Makes the summary of a backup of ours, as AWS's exports have it.</summary>
internal static class SummaryWriter
{
    /// <summary>Makes a summary.</summary>
    /// <param name="place">Where the backup lies.</param>
    /// <param name="folder">The backup's folder.</param>
    /// <param name="sidecar">Its sidecar, complete.</param>
    /// <param name="tableId">The table's id; null where the service gives none.</param>
    public static ManifestSummary Write(StorePlace place, string folder, Sidecar sidecar, string? tableId)
    {
        var isIncremental = sidecar.Type == Sidecar.IncrementalType;
        return new()
        {
            Version = isIncremental ? ManifestSummary.IncrementalVersion : ManifestSummary.FullVersion,
            ExportArn = $"{sidecar.TableArn}/export/{sidecar.BackupId}",
            StartTime = sidecar.StartedUtc,
            EndTime = sidecar.CompletedUtc,
            TableArn = sidecar.TableArn,
            TableId = tableId,
            ExportTime = isIncremental ? null : sidecar.StartedUtc,
            ExportFromTime = isIncremental ? SecondAfter(sidecar.FromUtc) : null,
            ExportToTime = isIncremental ? SecondAfter(sidecar.ToUtc) : null,
            S3Bucket = place.Bucket,
            S3Prefix = place.Bucket.Length == 0 ? "" : StoreKey.Join(place.Prefix, folder[..folder.IndexOf('/')]),
            S3SseAlgorithm = place.SseAlgorithm,
            S3SseKmsKeyId = place.SseKmsKeyId,
            ManifestFilesS3Key = StoreKey.Join(place.Prefix, folder, BackupLayout.FilesManifest),
            BilledSizeBytes = sidecar.ItemBytes,
            ItemCount = sidecar.ItemCount,
            OutputFormat = ManifestSummary.DynamoDbJson,
            // A stream's views have the names of an export's.
            OutputView = isIncremental ? sidecar.Stream?.ViewType : null,
            ExportType = isIncremental ? ManifestSummary.IncrementalExport : null,
            Sidecar = BackupLayout.Sidecar,
        };
    }

    /// <summary>
    /// An export's range begins with its first second and ends before its last one. A backup's seconds are the last one that its parent has, and the last one that it has itself: in both cases
    /// the next one is meant.
    /// </summary>
    private static string SecondAfter(string? second) => ManifestJson.Format(
        (ManifestJson.ParseInstant(second) ?? throw new InvalidOperationException("An incremental backup records from when and up to when it is.")).AddSeconds(1));
}
