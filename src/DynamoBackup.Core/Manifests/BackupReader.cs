using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DynamoBackup.Stores;

namespace DynamoBackup.Manifests;

/// <summary>
/// Reads a backup's manifests and checks them against their checksums and against one another. What is wrong becomes a finding; only a
/// store that fails is an exception.
/// </summary>
internal sealed class BackupReader(IBackupStore store, string folder)
{
    private const long SummaryLimit = 1 << 20;
    private const long ManifestLimit = 512 << 20;
    private const long ChecksumLimit = 4096;
    private const string CopyFix = "Restore the file from another copy of this backup, or use another backup.";

    private readonly List<Finding> _findings = [];
    private readonly string _id = folder[(folder.LastIndexOf('/') + 1)..];

    /// <summary>Reads a backup.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="folder">Its folder: <c>.../AWSDynamoDB/id</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The backup; null where there is none, only an unfinished one, or one that is being deleted.</returns>
    public static Task<OpenedBackup?> ReadAsync(IBackupStore store, string folder, CancellationToken cancellationToken) =>
        new BackupReader(store, StoreKey.Validate(folder)).ReadAsync(cancellationToken);

    private async Task<OpenedBackup?> ReadAsync(CancellationToken cancellationToken)
    {
        var summaryBytes = await ReadAllAsync(BackupLayout.Summary, SummaryLimit, cancellationToken);
        // A summary or checksum that is there and cannot be read has left a finding: there is, or was, a backup.
        if (summaryBytes is null && await FindChecksumAsync(BackupLayout.SummaryMd5, cancellationToken) is null && _findings.Count == 0)
            return null;
        // Ended while it was being completed: -Resume completes it.
        if (summaryBytes is null && _findings.Count == 0 && await store.FindAsync(StoreKey.Join(folder, BackupLayout.Checkpoint), cancellationToken) is not null)
            return null;
        // The summary is the first to go when a backup is deleted; what is left then is no damaged backup.
        if (summaryBytes is null && _findings.Count == 0 && await store.FindAsync(StoreKey.Join(folder, BackupLayout.Deleting), cancellationToken) is not null)
            return null;

        var summary = await ParseSummaryAsync(summaryBytes, cancellationToken);
        var (sidecar, unreadable) = await ReadSidecarAsync(summary, cancellationToken);
        var format = summary is null ? null : new ExportFormat(summary);
        var isRead = format is null || format.Check(_findings);
        var filesManifest = summary is null && sidecar is null ? null : await ReadAllAsync(BackupLayout.FilesManifest, ManifestLimit, cancellationToken);
        if (summary is not null && filesManifest is null)
            Error(FindingKind.ManifestDamaged, BackupLayout.FilesManifest, "The file is missing.", CopyFix);
        IReadOnlyList<DataFile> files = [];
        if (filesManifest is not null)
        {
            await CheckMd5Async(BackupLayout.FilesManifest, BackupLayout.FilesManifestMd5, filesManifest, cancellationToken);
            if (sidecar?.ManifestFilesSha256 is { } recorded && !recorded.Equals(Convert.ToHexString(SHA256.HashData(filesManifest)), StringComparison.OrdinalIgnoreCase))
                Error(FindingKind.ChecksumDiffers, BackupLayout.FilesManifest, $"Its SHA-256 is not the one that {BackupLayout.Sidecar} records.", CopyFix);
            // Data files of a kind that is not read lie elsewhere and have other names: they would only look damaged.
            if (isRead)
                files = new DataFileList(folder, sidecar, _findings, sharesData: sidecar is null && format is { SharesData: true }).Read(filesManifest);
        }

        if (summary is not null && isRead)
            new ManifestConsistency(_findings).Check(_id, summary, sidecar, files, hasFilesManifest: filesManifest is not null);
        if (sidecar is not null)
            _findings.AddRange(BackupDescription.FindingsOf(sidecar, TableIdentity.Parse(sidecar.TableArn)?.Name ?? ""));
        return new OpenedBackup(store, Describe(summary, sidecar, files), files, unreadable ? null : sidecar);
    }

    private async Task<ManifestSummary?> ParseSummaryAsync(byte[]? bytes, CancellationToken cancellationToken)
    {
        if (bytes is null)
        {
            if (_findings.Count > 0)
                return null;
            Error(FindingKind.ManifestDamaged, BackupLayout.Summary, "The file is missing, though its checksum is there: the backup was complete once, or was being completed when its writer ended.", CopyFix);
            return null;
        }

        await CheckMd5Async(BackupLayout.Summary, BackupLayout.SummaryMd5, bytes, cancellationToken);
        var summary = Parse(bytes, BackupLayout.Summary, ManifestJson.Compact.ManifestSummary);
        if (summary is not null && TableIdentity.Parse(summary.TableArn) is null)
            Error(FindingKind.ManifestDamaged, BackupLayout.Summary, "It names no table (tableArn is missing or is not a table's ARN).", CopyFix);
        return summary;
    }

    private async Task<(Sidecar? Sidecar, bool Unreadable)> ReadSidecarAsync(ManifestSummary? summary, CancellationToken cancellationToken)
    {
        var bytes = await ReadAllAsync(BackupLayout.Sidecar, ManifestLimit, cancellationToken);
        var checksum = await ReadAllAsync(BackupLayout.SidecarSha256, ChecksumLimit, cancellationToken);
        if (bytes is null)
        {
            // Only an export by AWS lies in a bucket without ever having had a sidecar; its summary does not name one.
            if (checksum is not null || summary is { S3Bucket: null or "" } or { Sidecar: not null })
                Error(FindingKind.ManifestDamaged, BackupLayout.Sidecar, "The file is missing: without it there is no table definition and no content digest.", CopyFix);
            else if (summary is not null)
                _findings.Add(new Finding(FindingSeverity.Information, FindingKind.SidecarMissing, BackupLayout.Sidecar, "An export that this module did not make: there is no table definition and no content digest.", "Nothing to do."));
            return (null, true);
        }

        if (checksum is null)
            Error(FindingKind.ManifestDamaged, BackupLayout.SidecarSha256, "The file is missing.", CopyFix);
        else
            CheckSidecar(bytes, checksum);

        var sidecar = Parse(bytes, BackupLayout.Sidecar, ManifestJson.Indented.Sidecar);
        if (sidecar is { SchemaVersion: > Sidecar.CurrentSchema })
        {
            Error(FindingKind.ManifestTooNew, BackupLayout.Sidecar, $"It has schema version {sidecar.SchemaVersion}; this version of DynamoBackup reads up to {Sidecar.CurrentSchema}.", "Update the DynamoBackup module.");
            return (null, true);
        }

        if (sidecar is { SchemaVersion: < 1 })
        {
            Error(FindingKind.ManifestDamaged, BackupLayout.Sidecar, "It has no schema version.", CopyFix);
            return (null, true);
        }

        return (sidecar, sidecar is null);
    }

    private void CheckSidecar(byte[] content, byte[] checksum)
    {
        if (checksum.AsSpan().SequenceEqual(BackupSealer.Sha256Line(content)))
            return;
        var recorded = Encoding.UTF8.GetString(checksum).Split(' ', '\n')[0];
        if (recorded.Equals(Convert.ToHexString(SHA256.HashData(content)), StringComparison.OrdinalIgnoreCase))
            Error(FindingKind.ChecksumDiffers, BackupLayout.SidecarSha256, "The SHA-256 in it is right, but the file is not as it was written: its bytes have changed.", CopyFix);
        else
            Error(FindingKind.ChecksumDiffers, BackupLayout.Sidecar, $"Its SHA-256 is not the one in {BackupLayout.SidecarSha256}.", CopyFix);
    }

    private async Task CheckMd5Async(string name, string md5Name, byte[] content, CancellationToken cancellationToken)
    {
        var recorded = await FindChecksumAsync(md5Name, cancellationToken);
        if (recorded is null)
            Error(FindingKind.ManifestDamaged, md5Name, "The file is missing.", CopyFix);
        else if (recorded != Convert.ToBase64String(MD5.HashData(content)))
            Error(FindingKind.ChecksumDiffers, name, $"Its MD5 is not the one in {md5Name}.", CopyFix);
    }

    private async Task<string?> FindChecksumAsync(string md5Name, CancellationToken cancellationToken)
    {
        var bytes = await ReadAllAsync(md5Name, ChecksumLimit, cancellationToken)
            ?? await ReadAllAsync(BackupLayout.DocumentedSpelling(md5Name), ChecksumLimit, cancellationToken);
        return bytes is null ? null : Encoding.UTF8.GetString(bytes).Trim();
    }

    private T? Parse<T>(byte[] bytes, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("it holds null");
        }
        catch (JsonException exception)
        {
            Error(FindingKind.ManifestDamaged, name, $"It is not readable: {exception.Message}", CopyFix);
            return null;
        }
    }

    private BackupInfo Describe(ManifestSummary? summary, Sidecar? sidecar, IReadOnlyList<DataFile> files)
    {
        var arn = summary?.TableArn ?? sidecar?.TableArn;
        var table = TableIdentity.Parse(arn);
        return new BackupInfo
        {
            TableName = table?.Name ?? "(unknown)",
            TableArn = arn ?? "",
            Id = _id,
            Type = (summary is null ? sidecar?.Type == Sidecar.IncrementalType : new ExportFormat(summary).IsIncremental) ? BackupType.Incremental : BackupType.Full,
            Location = store.Location,
            Path = folder,
            StartedUtc = ManifestJson.ParseInstant(summary?.StartTime ?? sidecar?.StartedUtc) ?? default,
            CompletedUtc = ManifestJson.ParseInstant(summary?.EndTime ?? sidecar?.CompletedUtc),
            ItemCount = summary?.ItemCount ?? sidecar?.ItemCount ?? 0,
            ItemBytes = sidecar?.ItemBytes ?? (summary?.BilledSizeBytes is { } billed ? Math.Max(0, billed) : null),
            StoredBytes = sidecar?.StoredBytes ?? 0,
            FileCount = files.Count,
            ContentDigest = sidecar?.ContentDigest,
            TableId = summary?.TableId ?? sidecar?.Stream?.TableId,
            Consistency = sidecar?.Scan is not { } scan ? ReadConsistency.Unknown : scan.ConsistentRead ? ReadConsistency.Strong : ReadConsistency.Eventual,
            Findings = [.. _findings.OrderByDescending(finding => finding.Severity)],
        }.WithChain(summary, sidecar);
    }

    private void Error(FindingKind kind, string file, string detail, string fix) =>
        _findings.Add(new Finding(FindingSeverity.Error, kind, file, detail, fix));

    /// <summary>Reads a manifest; one that cannot be read is a finding, so that it hides neither its backup nor the others.</summary>
    private async Task<byte[]?> ReadAllAsync(string name, long limit, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAllAsync(StoreKey.Join(folder, name), limit, cancellationToken);
        }
        catch (DynamoBackupException exception)
        {
            var kind = exception.Code switch
            {
                BackupErrorCode.ManifestDamaged => FindingKind.ManifestDamaged,
                BackupErrorCode.UnsafePath => FindingKind.UnsafePath,
                _ => FindingKind.FileUnreadable,
            };
            Error(kind, name, exception.Message, CopyFix);
            return null;
        }
    }
}
