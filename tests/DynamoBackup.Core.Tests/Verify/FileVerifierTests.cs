using System.Text;
using CsCheck;
using DynamoBackup.Core.Tests.Manifests;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;
using DynamoBackup.Verify;

namespace DynamoBackup.Core.Tests.Verify;

/// <summary>Damage to the bytes of a data file that a backup of ours made.</summary>
public sealed class FileVerifierTests
{
    private static readonly KeyCheck Key = new([new KeyAttribute("Id", "N")]);

    public static TheoryData<BackupCompression> Codecs => [BackupCompression.Gzip, BackupCompression.Zstd, BackupCompression.None];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task A_sound_file_has_no_finding_at_any_level(BackupCompression compression)
    {
        var (store, file) = await WriteAsync(compression);
        foreach (var level in new[] { VerificationLevel.Structure, VerificationLevel.Checksum, VerificationLevel.Content, VerificationLevel.Live })
        {
            var proof = await new FileVerifier(store, file, Key).RunAsync(level, Cancellation);
            Assert.Empty(proof.Findings);
            Assert.Equal(level >= VerificationLevel.Checksum ? file.StoredBytes : 0, proof.BytesRead);
            Assert.Equal(level >= VerificationLevel.Content ? file.Digest!.ToString() : "v1:0:" + new string('0', 64), proof.Digest.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task One_flipped_bit_anywhere_is_found_by_its_checksum(BackupCompression compression)
    {
        var (sound, file) = await WriteAsync(compression);
        await Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[0, 7], Gen.Bool, Gen.Bool).SampleAsync(
            async (place, bit, content, foreign) =>
            {
                var store = sound.Copy();
                store[file.Key][place % store[file.Key].Length] ^= (byte)(1 << bit);
                // An export by AWS has no more to compare with than an MD5 and a count.
                var known = foreign ? file with { Sha256 = null, StoredBytes = null, RawBytes = null, Digest = null } : file;
                await AssertFoundAsync(store, known, content ? VerificationLevel.Content : VerificationLevel.Checksum, FindingKind.ChecksumDiffers);
            },
            iter: 150);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task A_file_that_was_cut_anywhere_is_found_by_its_size_and_its_checksum(BackupCompression compression)
    {
        var (sound, file) = await WriteAsync(compression);
        await Gen.Select(Gen.Int[0, 1 << 30], Gen.Bool).SampleAsync(
            async (place, content) =>
            {
                var store = sound.Copy();
                var cut = place % store[file.Key].Length;
                store[file.Key] = store[file.Key][..cut];
                await AssertFoundAsync(store, file, VerificationLevel.Structure, FindingKind.SizeDiffers);
                var findings = await AssertFoundAsync(store, file, content ? VerificationLevel.Content : VerificationLevel.Checksum, FindingKind.ChecksumDiffers);
                Assert.Contains(findings, finding => finding.Kind == FindingKind.SizeDiffers);
                // But for the last bytes, which may be a compressor's own, items are missing, whatever the decompressor makes of the cut.
                if (content && cut < file.StoredBytes - 16)
                    Assert.Contains(findings, finding => finding.Kind is FindingKind.DataUnreadable or FindingKind.CountDiffers or FindingKind.InvalidItem);
            },
            iter: 60);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task Bytes_that_were_appended_are_found_by_size_and_checksum(BackupCompression compression)
    {
        var (sound, file) = await WriteAsync(compression);
        await Gen.Select(Gen.Byte.Array[1, 50], Gen.Bool).SampleAsync(
            async (appended, content) =>
            {
                var store = sound.Copy();
                store[file.Key] = [.. store[file.Key], .. appended];
                var findings = await AssertFoundAsync(store, file, content ? VerificationLevel.Content : VerificationLevel.Checksum, FindingKind.ChecksumDiffers);
                Assert.Contains(findings, finding => finding.Kind == FindingKind.SizeDiffers);
            },
            iter: 60);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task A_whole_file_appended_to_itself_is_found_as_items_too_many(BackupCompression compression)
    {
        // Compressed formats allow parts in a row: it decompresses without a fault.
        var (store, file) = await WriteAsync(compression);
        store[file.Key] = [.. store[file.Key], .. store[file.Key]];
        var known = file with { Md5 = null, Sha256 = null, StoredBytes = null, RawBytes = file.RawBytes * 2 };
        var finding = Assert.Single(await AssertFoundAsync(store, known, VerificationLevel.Content, FindingKind.CountDiffers));
        Assert.Contains("holds 400 items, recorded are 200", finding.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VerificationLevel.Structure)]
    [InlineData(VerificationLevel.Checksum)]
    [InlineData(VerificationLevel.Content)]
    public async Task A_missing_file_is_found_at_every_level(VerificationLevel level)
    {
        var (store, file) = await WriteAsync(BackupCompression.Gzip);
        store.Remove(file.Key);
        Assert.Single(await AssertFoundAsync(store, file, level, FindingKind.FileMissing));
    }

    [Fact]
    public async Task Another_files_bytes_under_this_name_are_found_even_with_the_checksums_of_those()
    {
        var (store, file) = await WriteAsync(BackupCompression.Gzip);
        var other = SegmentSample.Known(Assert.Single(await SegmentSample.WriteAsync(store, SegmentSample.Items(200, 5_000), BackupCompression.Gzip, 1 << 30, Cancellation)));
        store[file.Key] = store[other.Key];
        var known = file with { Md5 = other.Md5, Sha256 = other.Sha256, StoredBytes = other.StoredBytes, RawBytes = other.RawBytes };
        Assert.Single(await AssertFoundAsync(store, known, VerificationLevel.Content, FindingKind.ContentDiffers));
    }

    [Fact]
    public async Task A_name_that_tells_another_format_is_not_supported_but_its_checksum_is_compared()
    {
        var (store, file) = await WriteAsync(BackupCompression.Gzip);
        var ion = file with { Name = "data/x.ion.gz" };
        Assert.Equal(FindingKind.FormatNotSupported, Assert.Single((await new FileVerifier(store, ion, Key).RunAsync(VerificationLevel.Content, Cancellation)).Findings).Kind);
        Assert.Empty((await new FileVerifier(store, ion, Key).RunAsync(VerificationLevel.Checksum, Cancellation)).Findings);
    }

    [Theory]
    [InlineData(VerificationLevel.Checksum)]
    [InlineData(VerificationLevel.Content)]
    public async Task A_disk_that_fails_in_mid_file_is_a_finding_about_that_file(VerificationLevel level)
    {
        var (store, file) = await WriteAsync(BackupCompression.None);
        var failing = new FailingStore(store, new IOException("Input/output error"));
        var finding = Assert.Single((await new FileVerifier(failing, file, Key).RunAsync(level, Cancellation)).Findings, finding => finding.Kind != FindingKind.CountDiffers);
        Assert.Equal((FindingKind.FileUnreadable, file.Name), (finding.Kind, finding.File));
        Assert.Contains("Input/output error", finding.Detail, StringComparison.Ordinal);
    }

    private static async Task<(MemoryStore Store, DataFile File)> WriteAsync(BackupCompression compression)
    {
        var store = new MemoryStore();
        var file = Assert.Single(await SegmentSample.WriteAsync(store, SegmentSample.Items(200), compression, 1 << 30, Cancellation));
        Assert.StartsWith(BackupSample.Folder, SegmentSample.Known(file).Key, StringComparison.Ordinal);
        return (store, SegmentSample.Known(file));
    }

    private static async Task<IReadOnlyList<Finding>> AssertFoundAsync(MemoryStore store, DataFile file, VerificationLevel level, FindingKind kind)
    {
        var proof = await new FileVerifier(store, file, Key).RunAsync(level, CancellationToken.None);
        Assert.Contains(proof.Findings, finding => finding.Kind == kind);
        Assert.All(proof.Findings, finding => Assert.Equal((FindingSeverity.Error, file.Name), (finding.Severity, finding.File)));
        Assert.DoesNotContain(proof.Findings, finding => string.IsNullOrEmpty(finding.Fix) || Encoding.UTF8.GetByteCount(finding.Detail) > 500);
        return proof.Findings;
    }
}
