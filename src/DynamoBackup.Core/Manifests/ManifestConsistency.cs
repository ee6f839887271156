using DynamoBackup.Wire;

namespace DynamoBackup.Manifests;

/// <summary>Checks that a backup's manifests tell the same story: counts, sums, digests and ids.</summary>
internal sealed class ManifestConsistency(ICollection<Finding> findings)
{
    /// <summary>Sidecars name the last second that is in a backup, summaries the first one that is not.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Adds a finding for everything that does not agree.</summary>
    public void Check(string id, ManifestSummary summary, Sidecar? sidecar, IReadOnlyList<DataFile> files, bool hasFilesManifest)
    {
        if (hasFilesManifest && files.Sum(file => file.ItemCount) is var listed && listed != summary.ItemCount)
            Differs(BackupLayout.Summary, $"It counts {summary.ItemCount:N0} items, {BackupLayout.FilesManifest} {listed:N0}.");
        if (new ExportFormat(summary) is { IsIncremental: true } format)
            CheckTimes(summary, sidecar is { Type: Sidecar.IncrementalType } ? sidecar : null, format);
        if (sidecar is null)
            return;
        if (sidecar.Type == Sidecar.IncrementalType != new ExportFormat(summary).IsIncremental)
            Differs(BackupLayout.Sidecar, "Of it and the summary, one says that the backup is incremental and the other that it is not.");
        if (sidecar.BackupId != id)
            Differs(BackupLayout.Sidecar, $"It is of backup '{sidecar.BackupId}', but lies in the folder of '{id}'.");
        if (sidecar.TableArn != summary.TableArn)
            Differs(BackupLayout.Sidecar, $"It is of table '{sidecar.TableArn}', the summary of '{summary.TableArn}'.");
        if (sidecar.ItemCount != summary.ItemCount)
            Differs(BackupLayout.Sidecar, $"It counts {sidecar.ItemCount:N0} items, the summary {summary.ItemCount:N0}.");
        if (!sidecar.IsWithoutDigest)
            CheckDigest(sidecar, files);
        else if (sidecar.ContentDigest is not null || (sidecar.Files ?? []).Any(file => file?.ContentDigest is not null))
            Differs(BackupLayout.Sidecar, "It says that no content digest was computed, and holds one.");
    }

    private void CheckTimes(ManifestSummary summary, Sidecar? sidecar, ExportFormat format)
    {
        var (from, to) = (ManifestJson.ParseInstant(summary.ExportFromTime), ManifestJson.ParseInstant(summary.ExportToTime));
        if (from is null || to is null || (format.IsByAws ? from >= to : from > to))
            Differs(BackupLayout.Summary, "It does not say from when to when the changes are.");
        else if (sidecar is not null && (from - ManifestJson.ParseInstant(sidecar.FromUtc) != Second || to - ManifestJson.ParseInstant(sidecar.ToUtc) != Second))
            Differs(BackupLayout.Sidecar, "Its changes are of another time than the summary's.");
    }

    private void CheckDigest(Sidecar sidecar, IReadOnlyList<DataFile> files)
    {
        if (!ContentDigest.TryParse(sidecar.ContentDigest, out var recorded))
        {
            Differs(BackupLayout.Sidecar, "It has no readable content digest.");
            return;
        }

        if (recorded.Count != sidecar.ItemCount)
            Differs(BackupLayout.Sidecar, $"Its content digest is of {recorded.Count:N0} items, but it counts {sidecar.ItemCount:N0}.");
        if (files.Any(file => file.Digest is null))
            return;
        var sum = new ContentDigest();
        foreach (var file in files)
            sum.Add(file.Digest!);
        if (!sum.Equals(recorded))
            Differs(BackupLayout.Sidecar, "The content digests of its files do not add up to that of the whole.");
    }

    private void Differs(string file, string detail) => findings.Add(new Finding(
        FindingSeverity.Error, FindingKind.ManifestInconsistent, file, detail, "Restore the manifests from another copy of this backup, or use another backup."));
}
