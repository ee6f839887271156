using System.Text.Json;
using System.Text.Json.Serialization;
using DynamoBackup.Manifests;
using DynamoBackup.Wire;

namespace DynamoBackup.Checkpoints;

/// <summary>Writes checkpoints, and reads them as what they may be: cut, edited, of another version, or made to do harm.</summary>
internal static class CheckpointJson
{
    /// <summary>Most bytes of a checkpoint: some 700,000 files.</summary>
    public const long Limit = 256L << 20;

    /// <summary>DynamoDB's own limit.</summary>
    private const int MostSegments = 1_000_000;

    /// <summary>Far beyond any file, and sums of such numbers do not overflow.</summary>
    private const long MostOfAnything = 1L << 50;

    private const int Md5Length = 16;
    private const int Sha256Length = 64;

    private static readonly CheckpointJsonContext Context = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

    /// <summary>A checkpoint as bytes.</summary>
    public static byte[] Write(Checkpoint checkpoint) => JsonSerializer.SerializeToUtf8Bytes(checkpoint, Context.Checkpoint);

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="backupId">The id of the backup in whose folder it lies.</param>
    /// <returns>The checkpoint; or else why it cannot be used, as words behind "its checkpoint".</returns>
    public static (Checkpoint? Checkpoint, string? Fault) Read(ReadOnlySpan<byte> content, string backupId)
    {
        try
        {
            var checkpoint = JsonSerializer.Deserialize(content, Context.Checkpoint);
            var fault = checkpoint is null ? "holds nothing" : FaultOf(checkpoint, backupId);
            return (fault is null ? checkpoint : null, fault);
        }
        catch (JsonException exception)
        {
            return (null, $"is not readable ({exception.Message.TrimEnd('.')})");
        }
    }

    /// <summary>What a checkpoint keeps of a closed file.</summary>
    public static CheckpointFile Describe(SealedFile file) => new()
    {
        Name = file.Name,
        Md5 = file.Md5,
        Sha256 = file.Sha256,
        StoredBytes = file.StoredBytes,
        RawBytes = file.RawBytes,
        ItemCount = file.ItemCount,
        ItemBytes = file.ItemBytes,
        WriteUnits = file.WriteUnits,
        ContentDigest = file.Digest?.ToString(),
    };

    /// <summary>A closed file of a checkpoint that has been read.</summary>
    public static SealedFile Restore(CheckpointFile file) => new(
        file.Name!, file.Md5!, file.Sha256!, file.StoredBytes, file.RawBytes, file.ItemCount, file.ItemBytes, file.WriteUnits, DigestOf(file));

    /// <summary>The content digest of a closed file; null where there is none that can be read.</summary>
    public static ContentDigest? DigestOf(CheckpointFile file) => ContentDigest.TryParse(file.ContentDigest, out var digest) ? digest : null;

    private static string? FaultOf(Checkpoint checkpoint, string backupId)
    {
        if (checkpoint.SchemaVersion != Checkpoint.CurrentSchema)
            return $"has schema version {checkpoint.SchemaVersion}, and this version of DynamoBackup reads {Checkpoint.CurrentSchema}";
        if (checkpoint.BackupId != backupId)
            return "is of another backup";
        if (TableIdentity.Parse(checkpoint.TableArn) is null || ManifestJson.ParseInstant(checkpoint.StartedUtc) is null || checkpoint.Parameters is null || checkpoint.Revision is < 0 or > MostOfAnything)
            return "lacks what every checkpoint has";
        if (checkpoint.Segments is not { Count: > 0 and <= MostSegments } segments)
            return "names no segments, or too many";
        var names = new HashSet<string>(StringComparer.Ordinal);
        return segments.Select((segment, index) => FaultOf(segment, names) is { } fault ? $"is damaged at segment {index}: {fault}" : null).FirstOrDefault(fault => fault is not null);
    }

    private static string? FaultOf(CheckpointSegment? segment, HashSet<string> names)
    {
        if (segment?.Files is not { } files || segment.ItemsRead is < 0 or > MostOfAnything)
            return "it has no files or no count";
        if (segment.After is { ValueKind: not JsonValueKind.Object })
            return "its position is no key";
        if (!segment.Ended && segment.After is null && files.Count > 0)
            return "it has files and no position";
        return files.Any(file => !IsSound(file) || !names.Add(file.Name!)) ? "a file's entry is not what this module writes, or is there twice" : null;
    }

    private static bool IsSound(CheckpointFile? file) =>
        file is { Name: { } name, Md5: { } md5, Sha256: { Length: Sha256Length } sha256, StoredBytes: >= 0 and < MostOfAnything, RawBytes: >= 0 and < MostOfAnything, ItemCount: >= 0 and < MostOfAnything }
        && file.ItemBytes is null or (>= 0 and < MostOfAnything)
        && file.WriteUnits is null or (>= 0 and < MostOfAnything)
        && BackupLayout.IsDataFile(name)
        && Convert.TryFromBase64String(md5, new byte[Md5Length + 2], out var length) && length == Md5Length
        && sha256.All(char.IsAsciiHexDigitLower)
        && (file.ContentDigest is null || DigestOf(file)?.Count == file.ItemCount);
}

/// <summary>Serializers made at compile time.</summary>
[JsonSerializable(typeof(Checkpoint))]
internal sealed partial class CheckpointJsonContext : JsonSerializerContext;
