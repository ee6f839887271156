using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>
/// The format as it lies on people's disks. A failure here means that backups made before would not be read, or that other tools would
/// see another layout: change the code, not the golden files.
/// </summary>
public sealed class GoldenBackupTests
{
    private static readonly string[] Manifests =
    [
        BackupLayout.FilesManifest, BackupLayout.FilesManifestMd5, BackupLayout.Sidecar, BackupLayout.SidecarSha256, BackupLayout.SummaryMd5, BackupLayout.Summary,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_sound_and_says_of_itself_what_it_said_when_it_was_made()
    {
        var backup = await OpenAsync();
        Assert.Empty(backup.Info.Findings);
        Assert.Equal(("Orders", BackupSample.Arn, BackupSample.Id), (backup.Info.TableName, backup.Info.TableArn, backup.Info.Id));
        Assert.Equal((9, 3, 249, 617), (backup.Info.ItemCount, backup.Info.FileCount, backup.Info.ItemBytes, backup.Info.StoredBytes));
        Assert.Equal(GoldenBackup.Digest, backup.Info.ContentDigest);
        Assert.Equal(ReadConsistency.Strong, backup.Info.Consistency);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), backup.Info.StartedUtc);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 14, 5, 123, DateTimeKind.Utc), backup.Info.CompletedUtc);
        Assert.Equal("Id (N)", Assert.Single(VerifyRun.DefinitionOf(backup)!.Key).ToString());
        Assert.Equal(1, backup.Sidecar?.SchemaVersion);
    }

    [Fact]
    public async Task Every_item_in_it_is_read_byte_for_byte_in_every_compression()
    {
        var backup = await OpenAsync();
        Assert.Equal([".gz", ".zst", ".json"], backup.Files.Select(file => Path.GetExtension(file.Name)));
        foreach (var (file, expected) in backup.Files.Zip(GoldenBackup.Files))
        {
            var items = new List<string>();
            await foreach (var item in ItemSource.ReadAsync(backup.Store, file, Cancellation))
                items.Add(Encoding.UTF8.GetString(item.Json.Span));
            Assert.Equal(expected, items);
        }
    }

    [Fact]
    public async Task Its_items_and_files_have_the_digests_and_checksums_that_it_records()
    {
        Assert.Equal(GoldenBackup.Digest, SegmentSample.Measure(GoldenBackup.Files.SelectMany(items => items)).Digest.ToString());
        var backup = await OpenAsync();
        foreach (var file in backup.Files)
        {
            var proof = await new FileVerifier(backup.Store, file, new KeyCheck([new KeyAttribute("Id", "N")])).RunAsync(VerificationLevel.Content, Cancellation);
            Assert.Empty(proof.Findings);
            Assert.Equal(file.Digest, proof.Digest);
        }
    }

    [Fact]
    public async Task Sealing_the_same_files_again_writes_the_same_manifests_byte_for_byte()
    {
        var golden = GoldenBackup.Open();
        var backup = await OpenAsync();
        var files = backup.Files.Zip(backup.Sidecar!.Files!, (file, known) =>
        {
            Assert.NotNull(known);
            Assert.True(ContentDigest.TryParse(known.ContentDigest, out var digest));
            return new SealedFile(file.Name, file.Md5!, known.Sha256!, known.StoredBytes, known.RawBytes, known.ItemCount, known.ItemBytes, known.WriteUnits, digest);
        });
        var store = new MemoryStore();

        var sealedNow = await BackupSealer.SealAsync(store, GoldenBackup.Folder, BackupSample.Draft(), [.. files], "5f1c2d3e-4a5b-6c7d-8e9f-0a1b2c3d4e5f", Cancellation);

        Assert.Equal(Manifests.Order(), store.Names.Select(name => Path.GetFileName(name)).Order());
        foreach (var name in Manifests.Where(name => name is not (BackupLayout.SidecarSha256 or BackupLayout.SummaryMd5)))
            Assert.Equal(await GoldenTextAsync(name, sealedNow.Tool!), Encoding.UTF8.GetString(store[BackupSample.KeyOf(name)]).ReplaceLineEndings("\n"));
        Assert.Equal(
            $"{Convert.ToHexStringLower(SHA256.HashData(store[BackupSample.KeyOf(BackupLayout.Sidecar)]))}  dynamobackup.json\n",
            Encoding.UTF8.GetString(store[BackupSample.KeyOf(BackupLayout.SidecarSha256)]));

        Assert.Equal(
            Convert.ToBase64String(MD5.HashData(store[BackupSample.KeyOf(BackupLayout.Summary)])),
            Encoding.UTF8.GetString(store[BackupSample.KeyOf(BackupLayout.SummaryMd5)]));

        // What may differ: the version of the tool, and the sidecar's name that summaries hold since there are stores other than folders.
        async Task<string> GoldenTextAsync(string name, string tool)
        {
            var text = await golden.ReadTextAsync(BackupSample.KeyOf(name), Cancellation);
            return name == BackupLayout.Summary
                ? text[..^1] + ",\"sidecar\":\"dynamobackup.json\"}"
                : text.Replace("\"DynamoBackup 0.1.0\"", $"\"{tool}\"", StringComparison.Ordinal);
        }
    }

    private static async Task<OpenedBackup> OpenAsync()
    {
        var backup = await BackupReader.ReadAsync(GoldenBackup.Open(), GoldenBackup.Folder, Cancellation);
        Assert.NotNull(backup);
        return backup;
    }
}
