using System.Text;
using System.Text.Json;
using DynamoBackup.Core.Tests.Manifests;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>
/// The reader of manifests, of one file of them. Damaged by accident, the backup is damaged; damaged by someone who makes the checksums right again, it is
/// damaged or says what the framework reads there. It never throws, and never leads out of the backup's folder.
/// </summary>
internal sealed class ManifestTarget : FuzzTarget
{
    private static readonly Lazy<BackupSample> Sound = new(() => BackupSample.CreateAsync(CancellationToken.None).GetAwaiter().GetResult());
    private readonly string _file;
    private readonly BackupSample _sample = Sound.Value.Copy();
    private readonly byte[] _sound;

    public ManifestTarget(string file)
    {
        _file = file;
        _sound = _sample.Store[BackupSample.KeyOf(file)];
        Corpus = [_sound];
    }

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override IReadOnlyList<byte[]> Words { get; } = BytesOf(
        "null", "true", "-1", "0", "9223372036854775807", "99999999999999999999", "1e300", "1.5", "\"\"", "\"../../x\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[null]", "[[", "{\"a\":",
        "\"itemCount\":", "\"dataFileS3Key\":", "AWSDynamoDB/", "/data/", "..", "\"schemaVersion\":2", "\"tableArn\":", "\"files\":", "v1:0:", "\n");

    public override long FixedAllocation => 64 << 20;

    public override bool Read(byte[] input, Random random)
    {
        var resealed = random.Next(2) == 0;
        var sample = resealed ? _sample.Copy() : _sample;
        sample.Store[BackupSample.KeyOf(_file)] = input;
        if (resealed)
            Reseal(sample);
        var backup = BackupReader.ReadAsync(sample.Store, BackupSample.Folder, CancellationToken.None).GetAwaiter().GetResult() ?? throw new InvalidDataException("The backup has vanished.");
        _ = VerifyRun.DefinitionOf(backup);
        if (backup.Info.Id != BackupSample.Id || backup.Files.Any(file => !file.Key.StartsWith(BackupSample.KeyOf("data/"), StringComparison.Ordinal) || file.Key.Split('/').Contains("..")))
            throw new InvalidDataException("What was read leads out of the backup.");
        if (backup.Info.IsDamaged)
            return false;
        if (!resealed && !input.AsSpan().SequenceEqual(_sound))
            throw new InvalidDataException("A file that differs from its checksum was taken for sound.");
        Compare(input, backup);
        return true;
    }

    private void Reseal(BackupSample sample)
    {
        if (_file == BackupLayout.FilesManifest)
            sample.Reseal();
        else
            sample.ResealSidecarAndSummary();
    }

    /// <summary>What is accepted means the same to the framework's reader.</summary>
    private void Compare(byte[] input, OpenedBackup backup)
    {
        if (_file == BackupLayout.FilesManifest)
        {
            var lines = Encoding.UTF8.GetString(input).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var counts = lines.Select(line => Count(Encoding.UTF8.GetBytes(line), "itemCount"));
            Require(counts.SequenceEqual(backup.Files.Select(file => file.ItemCount)));
            return;
        }

        Require(Count(input, "itemCount") == backup.Info.ItemCount);
        using var document = JsonDocument.Parse(input);
        Require(document.RootElement.GetProperty("tableArn").GetString() == backup.Info.TableArn);
        if (_file == BackupLayout.Sidecar)
            Require(document.RootElement.GetProperty("contentDigest").GetString() == backup.Info.ContentDigest);
    }

    private static long Count(byte[] json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidDataException("The manifest was accepted as saying something else than it says.");
    }
}
