using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Stores;

namespace DynamoBackup.Manifests;

/// <summary>The names of a backup's files: the layout of DynamoDB's Export to S3, and our sidecar beside it (docs/FORMAT.md).</summary>
public static class BackupLayout
{
    /// <summary>The folder in which all backups of a table lie, as AWS names it.</summary>
    public const string ExportFolder = "AWSDynamoDB";

    /// <summary>Written first, empty.</summary>
    public const string Started = "_started";

    /// <summary>While the backup is unfinished only: how far it is, and who is at work on it.</summary>
    public const string Checkpoint = "_checkpoint.json";

    /// <summary>The folder of data files.</summary>
    public const string DataFolder = "data";

    /// <summary>One line for each data file.</summary>
    public const string FilesManifest = "manifest-files.json";

    /// <summary>Base64 MD5 of <see cref="FilesManifest"/>.</summary>
    public const string FilesManifestMd5 = "manifest-files.md5";

    /// <summary>What AWS's layout has no place for.</summary>
    public const string Sidecar = "dynamobackup.json";

    /// <summary>SHA-256 of <see cref="Sidecar"/>, as sha256sum writes and checks it.</summary>
    public const string SidecarSha256 = "dynamobackup.json.sha256";

    /// <summary>Base64 MD5 of <see cref="Summary"/>.</summary>
    public const string SummaryMd5 = "manifest-summary.md5";

    /// <summary>The commit point: written last, conditionally.</summary>
    public const string Summary = "manifest-summary.json";

    /// <summary>Holds what is being deleted, while it is; deleted last.</summary>
    public const string Deleting = "_deleting";

    private const string DataNameAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int DataNameLength = 26;
    private static readonly SearchValues<char> DataNameCharacters = SearchValues.Create(DataNameAlphabet);

    /// <summary>A table's name has 255 characters at most, and so have file systems' names.</summary>
    private const int LongestFolder = 255;

    /// <summary>All names but data files, with the checksum spelling of AWS's documentation beside the one that its exports have.</summary>
    public static IReadOnlySet<string> ManifestNames { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Started, Checkpoint, Deleting, FilesManifest, FilesManifestMd5, Sidecar, SidecarSha256, SummaryMd5, Summary,
        DocumentedSpelling(FilesManifestMd5), DocumentedSpelling(SummaryMd5),
    };

    /// <summary>A backup's folder in a store.</summary>
    /// <param name="tableName">The table's name.</param>
    /// <param name="backupId">The backup's id.</param>
    public static string FolderOf(string tableName, string backupId) => StoreKey.Join(TableFolder(tableName), ExportFolder, backupId);

    /// <summary>A new data file's name, relative to the backup's folder.</summary>
    /// <param name="compression">How it is compressed.</param>
    public static string NewDataFile(BackupCompression compression) =>
        $"{DataFolder}/{RandomNumberGenerator.GetString(DataNameAlphabet, DataNameLength)}.json{ExtensionOf(compression)}";

    /// <summary>A data file's name, relative to the backup's folder, that follows from a text.</summary>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="seed">The text.</param>
    public static string DataFileOf(BackupCompression compression, string seed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        var name = string.Create(DataNameLength, hash, (letters, bytes) =>
        {
            for (var index = 0; index < letters.Length; index++)
                letters[index] = DataNameAlphabet[bytes[index] % DataNameAlphabet.Length];
        });
        return $"{DataFolder}/{name}.json{ExtensionOf(compression)}";
    }

    /// <summary>Tells whether a name, relative to the backup's folder, is one that <see cref="NewDataFile"/> makes.</summary>
    /// <param name="name">The name.</param>
    public static bool IsDataFile(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        const int Start = 5;
        return name.StartsWith(DataFolder + "/", StringComparison.Ordinal) && name.Length > Start + DataNameLength
            && name.AsSpan(Start, DataNameLength).IndexOfAnyExcept(DataNameCharacters) < 0
            && name[(Start + DataNameLength)..] is ".json" or ".json.gz" or ".json.zst";
    }

    /// <summary>AWS's documentation says <c>.checksum</c> where its exports have <c>.md5</c>; readers take both.</summary>
    /// <param name="md5Name">A name that ends in <c>.md5</c>.</param>
    public static string DocumentedSpelling(string md5Name) => Path.ChangeExtension(md5Name, ".checksum");

    private static string ExtensionOf(BackupCompression compression) => compression switch
    {
        BackupCompression.Gzip => ".gz",
        BackupCompression.Zstd => ".zst",
        _ => "",
    };

    /// <summary>
    /// A table's name is a folder's name, but for the few that Windows refuses or changes (device names, a trailing dot): those get an
    /// underscore. Readers never derive the table from the folder.
    /// </summary>
    private static string TableFolder(string tableName)
    {
        var stem = tableName.Split('.')[0].ToUpperInvariant();
        var device = stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)) && char.IsAsciiDigit(stem[3]));
        // A leading dot would hide the folder from listings.
        var name = (tableName[0] == '.' ? "_" : "") + tableName + (device || tableName[^1] == '.' ? "_" : "");
        return name.Length <= LongestFolder ? name : name[..(LongestFolder - 1)] + "_";
    }
}
