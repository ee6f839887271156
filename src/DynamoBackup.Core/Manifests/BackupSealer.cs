using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Manifests;

/// <summary>
/// Writes a backup's manifests, in the order that makes the summary the commit point: whatever is cut short before it leaves no backup.
/// </summary>
internal static class BackupSealer
{
    /// <summary>This module and its version.</summary>
    public static readonly string ToolVersion =
        "DynamoBackup " + (typeof(BackupSealer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>Marks the beginning of a backup.</summary>
    public static Task StartAsync(IBackupStore store, string folder, CancellationToken cancellationToken) =>
        store.PutIfAbsentAsync(StoreKey.Join(folder, BackupLayout.Started), ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Takes away what a run that was ended has left and this backup will not name: data files, and manifests that it had begun to write.</summary>
    public static async Task RemoveUnlistedAsync(IBackupStore store, string folder, IReadOnlyList<SealedFile> files, CancellationToken cancellationToken)
    {
        var kept = files.Select(file => file.Name).Append(BackupLayout.Started).Append(BackupLayout.Checkpoint).Select(name => StoreKey.Join(folder, name)).ToHashSet(StringComparer.Ordinal);
        var unlisted = new List<string>();
        await foreach (var entry in store.ListAsync(folder, cancellationToken))
        {
            if (!kept.Contains(entry.Key))
                unlisted.Add(entry.Key);
        }

        if (unlisted.Contains(StoreKey.Join(folder, BackupLayout.Summary)))
            throw new DynamoBackupException(BackupErrorCode.StoreConflict, $"Another run has completed the backup in '{folder}' at {store.Location}. Nothing was replaced; Get-DynamoBackup lists it.", store.Location);
        foreach (var key in unlisted)
            await store.DeleteAsync(key, cancellationToken);
    }

    /// <summary>Writes all manifests and makes the backup complete.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="folder">The backup's folder.</param>
    /// <param name="draft">The sidecar but for what is derived from the files.</param>
    /// <param name="files">All data files.</param>
    /// <param name="tableId">The table's id; null where the service gives none.</param>
    /// <param name="cancellationToken">Ends the call; the backup is then not complete.</param>
    /// <returns>The sidecar as written.</returns>
    public static async Task<Sidecar> SealAsync(
        IBackupStore store, string folder, Sidecar draft, IReadOnlyList<SealedFile> files, string? tableId, CancellationToken cancellationToken)
    {
        var filesManifest = FilesManifest(StoreKey.Join(store.Place.Prefix, folder), files);
        var isIncremental = draft.Type == Sidecar.IncrementalType;
        var sidecar = draft with
        {
            SchemaVersion = Sidecar.CurrentSchema,
            Tool = ToolVersion,
            ItemCount = files.Sum(file => file.ItemCount),
            // Changes have no size by DynamoDB's rules, not even where there are none.
            ItemBytes = isIncremental ? null : files.Aggregate((long?)0, (sum, file) => sum + file.ItemBytes),
            WriteUnits = isIncremental ? null : files.Aggregate((long?)0, (sum, file) => sum + file.WriteUnits),
            RawBytes = files.Sum(file => file.RawBytes),
            StoredBytes = files.Sum(file => file.StoredBytes),
            ContentDigest = draft.IsWithoutDigest ? null : Total(files).ToString(),
            ManifestFilesSha256 = Hex(SHA256.HashData(filesManifest)),
            Files = [.. files.Select(Describe)],
        };
        var sidecarBytes = JsonSerializer.SerializeToUtf8Bytes(sidecar, ManifestJson.Indented.Sidecar);
        var summaryBytes = JsonSerializer.SerializeToUtf8Bytes(SummaryWriter.Write(store.Place, folder, sidecar, tableId), ManifestJson.Compact.ManifestSummary);

        await PutAsync(BackupLayout.FilesManifest, filesManifest);
        await PutAsync(BackupLayout.FilesManifestMd5, Md5Text(filesManifest));
        await PutAsync(BackupLayout.Sidecar, sidecarBytes);
        await PutAsync(BackupLayout.SidecarSha256, Sha256Line(sidecarBytes));
        await PutAsync(BackupLayout.SummaryMd5, Md5Text(summaryBytes));
        await PutAsync(BackupLayout.Summary, summaryBytes);
        return sidecar;

        Task PutAsync(string name, byte[] content) => store.PutIfAbsentAsync(StoreKey.Join(folder, name), content, cancellationToken);
    }

    /// <summary>The digest of all files together, each of which has one.</summary>
    public static ContentDigest Total(IReadOnlyList<SealedFile> files)
    {
        var total = new ContentDigest();
        foreach (var file in files)
            total.Add(file.Digest ?? throw new InvalidOperationException($"'{file.Name}' has no content digest, and the backup is to have one."));
        return total;
    }

    /// <summary>What is written beside the sidecar: a line as sha256sum writes and checks it.</summary>
    public static byte[] Sha256Line(byte[] sidecar) => Encoding.ASCII.GetBytes($"{Hex(SHA256.HashData(sidecar))}  {BackupLayout.Sidecar}\n");

    private static byte[] FilesManifest(string folder, IReadOnlyList<SealedFile> files)
    {
        using var manifest = new MemoryStream();
        foreach (var file in files)
        {
            JsonSerializer.Serialize(
                manifest,
                new ManifestFileLine
                {
                    ItemCount = file.ItemCount,
                    Md5Checksum = file.Md5,
                    Etag = Hex(Convert.FromBase64String(file.Md5)),
                    DataFileS3Key = StoreKey.Join(folder, file.Name),
                },
                ManifestJson.Compact.ManifestFileLine);
            manifest.WriteByte((byte)'\n');
        }

        return manifest.ToArray();
    }

    private static SidecarFile Describe(SealedFile file) => new()
    {
        Name = file.Name,
        Sha256 = file.Sha256,
        StoredBytes = file.StoredBytes,
        RawBytes = file.RawBytes,
        ItemCount = file.ItemCount,
        ItemBytes = file.ItemBytes,
        WriteUnits = file.WriteUnits,
        ContentDigest = file.Digest?.ToString(),
    };

    private static byte[] Md5Text(byte[] content) => Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(content)));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
