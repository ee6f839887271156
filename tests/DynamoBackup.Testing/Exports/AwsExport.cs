using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace DynamoBackup.Testing;

/// <summary>
/// Writes what ExportTableToPointInTime leaves in a bucket, byte for byte as it lays it out
/// (source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format"). Knows nothing of the code under test.
/// </summary>
public sealed class AwsExport
{
    private const string DataNameAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const string FullVersion = "2020-06-30";
    private const string IncrementalVersion = "2023-08-01";

    private readonly AwsExportOptions _options;
    private readonly Random _random;
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly List<string> _dataKeys = [];
    private readonly StringBuilder _filesManifest = new();
    private long _itemCount;

    private AwsExport(AwsExportOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        Id = options.ExportId ?? string.Create(CultureInfo.InvariantCulture, $"{options.Start.ToUnixTimeMilliseconds():D14}-{_random.NextInt64(1L << 32):x8}");
    }

    /// <summary>The export's id.</summary>
    public string Id { get; }

    /// <summary>The export's folder in the bucket.</summary>
    public string Folder => $"{Root}/{Id}";

    /// <summary>What the bucket holds: names, prefix included, and bytes.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>The data files' names, in the manifest's order.</summary>
    public IReadOnlyList<string> DataKeys => _dataKeys;

    private string Root => _options.Prefix is null ? "AWSDynamoDB" : $"{_options.Prefix}/AWSDynamoDB";

    private bool IsIncremental => _options.Kind == ExportKind.Incremental;

    /// <summary>Makes an export.</summary>
    /// <param name="options">What it is of.</param>
    /// <param name="files">
    /// The lines of each data file; one for each partition, and an empty one where the partition is. A line is what stands in the file; for a full
    /// export in DynamoDB JSON, an item alone will do.
    /// </param>
    public static AwsExport Create(AwsExportOptions options, params IEnumerable<IEnumerable<string>> files)
    {
        var export = new AwsExport(options);
        export._objects[$"{export.Folder}/_started"] = [];
        foreach (var file in files) export.AddFile([.. file]);
        export.AddManifests();
        return export;
    }

    /// <summary>Makes an incremental export: of all changes to an item in its time, one line with the last state.</summary>
    /// <param name="options">What it is of; its kind does not matter.</param>
    /// <param name="partitions">The changes in each partition, in the order in which they were made; an item belongs to one partition.</param>
    public static AwsExport OfChanges(AwsExportOptions options, params IEnumerable<IEnumerable<ExportChange>> partitions) => Create(
        options with { Kind = ExportKind.Incremental },
        partitions.Select(changes => ExportChange.Compact(changes).Select(change => change.ToLine(options.View))));

    /// <summary>Writes the bucket's objects below a folder, as <c>aws s3 sync</c> of the bucket, or of a prefix, does.</summary>
    /// <param name="folder">Where to; it is created.</param>
    /// <param name="from">The prefix that is copied; its own names are left out of the copies' names.</param>
    public void WriteTo(string folder, string from = "")
    {
        foreach (var (key, bytes) in _objects)
        {
            if (!key.StartsWith(from, StringComparison.Ordinal)) continue;
            var path = Path.Combine([folder, .. key[from.Length..].TrimStart('/').Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private void AddFile(IReadOnlyCollection<string> lines)
    {
        var extension = _options.Kind == ExportKind.FullIon ? "ion.gz" : "json.gz";
        var key = $"{Root}/{(IsIncremental ? "" : Id + "/")}data/{Name(26, DataNameAlphabet)}.{extension}";
        var bytes = Gzip(string.Concat(lines.Select(line => $"{Wrap(line)}\n")));
        _objects[key] = bytes;
        _dataKeys.Add(key);
        _itemCount += lines.Count;
        _filesManifest.Append(CultureInfo.InvariantCulture,
            $$"""{"itemCount":{{lines.Count}},"md5Checksum":"{{Convert.ToBase64String(MD5.HashData(bytes))}}","etag":"{{Name(32, "0123456789abcdef")}}-1","dataFileS3Key":"{{key}}"}""").Append('\n');
    }

    private string Wrap(string line) => _options.Kind == ExportKind.Full ? $$"""{"Item":{{line}}}""" : line;

    private void AddManifests()
    {
        AddWithChecksum("manifest-files", Encoding.UTF8.GetBytes(_filesManifest.ToString()));
        AddWithChecksum("manifest-summary", Encoding.UTF8.GetBytes($"{{{string.Join(',', SummaryFields().Select(field => $"\"{field.Name}\":{field.Value}"))}}}"));
    }

    private IEnumerable<(string Name, string Value)> SummaryFields()
    {
        yield return ("version", Quote(IsIncremental ? IncrementalVersion : FullVersion));
        yield return ("exportArn", Quote($"{_options.TableArn}/export/{Id}"));
        yield return ("startTime", Quote(_options.Start));
        yield return ("endTime", Quote(_options.Start.AddMilliseconds(309_869)));
        yield return ("tableArn", Quote(_options.TableArn));
        yield return ("tableId", Quote(_options.TableId));
        if (IsIncremental)
        {
            yield return ("exportFromTime", Quote(_options.From ?? (_options.To ?? _options.Start).AddHours(-24)));
            yield return ("exportToTime", Quote(_options.To ?? _options.Start));
        }
        else
        {
            yield return ("exportTime", Quote(_options.Start));
        }

        yield return ("s3Bucket", Quote(_options.Bucket));
        yield return ("s3Prefix", Quote(_options.Prefix));
        yield return ("s3SseAlgorithm", Quote(_options.KmsKeyId is null ? "AES256" : "KMS"));
        yield return ("s3SseKmsKeyId", Quote(_options.KmsKeyId));
        yield return ("manifestFilesS3Key", Quote($"{Folder}/manifest-files.json"));
        yield return ("billedSizeBytes", _options.BilledSizeBytes.ToString(CultureInfo.InvariantCulture));
        yield return ("itemCount", _itemCount.ToString(CultureInfo.InvariantCulture));
        yield return ("outputFormat", Quote(_options.Kind == ExportKind.FullIon ? "ION" : "DYNAMODB_JSON"));
        if (IsIncremental || _options.NewerFields)
        {
            yield return ("outputView", Quote(IsIncremental ? _options.View : null));
            yield return ("exportType", Quote(IsIncremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT"));
        }
    }

    private void AddWithChecksum(string name, byte[] json)
    {
        _objects[$"{Folder}/{name}.json"] = json;
        _objects[$"{Folder}/{name}.{(_options.DocumentedChecksumNames ? "checksum" : "md5")}"] = Encoding.ASCII.GetBytes(Convert.ToBase64String(MD5.HashData(json)));
    }

    private string Name(int length, string alphabet) => string.Create(length, alphabet, (name, letters) =>
    {
        foreach (ref var letter in name) letter = letters[_random.Next(letters.Length)];
    });

    private static string Quote(string? text) => text is null ? "null" : $"\"{text}\"";

    private static string Quote(DateTimeOffset instant) => Quote(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>An empty file is a gzip stream of nothing, with header and trailer; the framework writes none at all.</summary>
    private static byte[] Gzip(string text)
    {
        if (text.Length == 0) return Convert.FromHexString("1f8b08000000000000030300" + "0000000000000000");
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
