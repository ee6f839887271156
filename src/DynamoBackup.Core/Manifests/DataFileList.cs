using System.Text;
using System.Text.Json;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Manifests;

/// <summary>
/// Reads manifest-files.json. A data file's name is taken from its last <c>AWSDynamoDB/</c> on and looked for beside the manifest, so that a
/// copied or moved backup is found; a name that leads anywhere else is refused.
/// </summary>
/// <param name="folder">The backup's folder.</param>
/// <param name="sidecar">Its sidecar; null where there is none.</param>
/// <param name="findings">Receives what is wrong.</param>
/// <param name="sharesData">Whether the files lie in the folder that AWS's incremental exports share, beside the backup's own.</param>
internal sealed class DataFileList(string folder, Sidecar? sidecar, ICollection<Finding> findings, bool sharesData = false)
{
    private const string Marker = BackupLayout.ExportFolder + "/";
    private const int MostErrors = 20;
    private int _errors;
    private readonly string _parent = sharesData ? folder[..folder.LastIndexOf('/')] : folder;
    private readonly string _prefix = Marker + (sharesData ? "" : folder[(folder.LastIndexOf('/') + 1)..] + "/");

    /// <summary>The data files, in the manifest's order. Lines that cannot be used become findings.</summary>
    public IReadOnlyList<DataFile> Read(byte[] manifest)
    {
        var known = (sidecar?.Files ?? []).Where(file => file?.Name is not null).DistinctBy(file => file.Name).ToDictionary(file => file.Name!, StringComparer.Ordinal);
        var files = new List<DataFile>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var text in Encoding.UTF8.GetString(manifest).Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (text.Length == 0 || Parse(text, number) is not { } line || NameOf(line, number) is not { } name)
                continue;
            if (!names.Add(name))
                Error(FindingKind.ManifestInconsistent, $"Line {number} names '{name}' a second time.");
            else
                files.Add(Combine(name, line, known.GetValueOrDefault(name)));
        }

        foreach (var missing in known.Keys.Where(name => !names.Contains(name)))
            Error(FindingKind.ManifestInconsistent, $"It does not name '{missing}', which {BackupLayout.Sidecar} lists.");
        if (_errors > MostErrors)
            Add(FindingKind.ManifestInconsistent, $"{_errors - MostErrors:N0} more such findings.");
        return files;
    }

    private ManifestFileLine? Parse(string text, int number)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, ManifestJson.Compact.ManifestFileLine);
            // The upper bound is far beyond any file, and keeps sums of hostile counts from overflowing.
            if (line is { DataFileS3Key: not null, ItemCount: >= 0 and < 1_000_000_000_000 })
                return line;
            Error(FindingKind.ManifestDamaged, $"Line {number} names no data file, or has no count.");
        }
        catch (JsonException exception)
        {
            Error(FindingKind.ManifestDamaged, $"Line {number} is not readable: {exception.Message}");
        }

        return null;
    }

    private string? NameOf(ManifestFileLine line, int number)
    {
        var key = line.DataFileS3Key!;
        var start = key.LastIndexOf(Marker, StringComparison.Ordinal);
        var prefix = _prefix + BackupLayout.DataFolder + "/";
        if (start >= 0 && StoreKey.IsSafe(key) && key[start..].StartsWith(prefix, StringComparison.Ordinal)
            && key.IndexOf('/', start + prefix.Length) < 0 && key[start + prefix.Length] != '.')
            return key[(start + _prefix.Length)..];
        Error(FindingKind.UnsafePath, $"Line {number} names a data file outside {(sharesData ? "the data folder that exports share" : "this backup's own data folder")}: '{string.Concat(key.Take(200).Select(c => char.IsControl(c) ? '?' : c))}'.");
        return null;
    }

    private DataFile Combine(string name, ManifestFileLine line, SidecarFile? known)
    {
        if (sidecar is null && string.IsNullOrEmpty(line.Md5Checksum))
            Error(FindingKind.ManifestDamaged, $"It records no MD5 of '{name}', so nothing would prove that file's bytes.");
        if (sidecar is not null && known is null)
            Error(FindingKind.ManifestInconsistent, $"It names '{name}', which {BackupLayout.Sidecar} does not list.");
        if (known is not null && known.ItemCount != line.ItemCount)
            Error(FindingKind.ManifestInconsistent, $"It gives '{name}' {line.ItemCount:N0} items, {BackupLayout.Sidecar} {known.ItemCount:N0}.");
        return new DataFile
        {
            Name = name,
            Key = StoreKey.Join(_parent, name),
            ItemCount = line.ItemCount,
            Md5 = line.Md5Checksum,
            Sha256 = known?.Sha256,
            StoredBytes = known?.StoredBytes,
            RawBytes = known?.RawBytes,
            Digest = ContentDigest.TryParse(known?.ContentDigest, out var digest) ? digest : null,
        };
    }

    private void Error(FindingKind kind, string detail)
    {
        if (_errors++ < MostErrors)
            Add(kind, detail);
    }

    private void Add(FindingKind kind, string detail) => findings.Add(new Finding(
        FindingSeverity.Error, kind, BackupLayout.FilesManifest, detail, "Restore the manifests from another copy of this backup, or use another backup."));
}
