using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Manifests;

public sealed class BackupRoundTripTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sealed_is_read_back_without_a_finding()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var backup = await sample.OpenAsync(Cancellation);

        Assert.Empty(backup.Info.Findings);
        Assert.False(backup.Info.IsDamaged);
        Assert.Equal(("Orders", BackupSample.Arn, BackupSample.Id), (backup.Info.TableName, backup.Info.TableArn, backup.Info.Id));
        Assert.Equal((BackupType.Full, ReadConsistency.Strong), (backup.Info.Type, backup.Info.Consistency));
        Assert.Equal((sample.Store.Location, BackupSample.Folder), (backup.Info.Location, backup.Info.Path));
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), backup.Info.StartedUtc);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 14, 5, 123, DateTimeKind.Utc), backup.Info.CompletedUtc);
        Assert.Equal(DateTimeKind.Utc, backup.Info.StartedUtc.Kind);
        Assert.Equal((30, 3), (backup.Info.ItemCount, backup.Info.FileCount));
        Assert.Equal((sample.Sidecar.ItemBytes, sample.Sidecar.StoredBytes), (backup.Info.ItemBytes, backup.Info.StoredBytes));
        Assert.Equal(sample.Sidecar.ContentDigest, backup.Info.ContentDigest);
        Assert.Null(backup.Info.ParentId);
        Assert.Equal("N", Assert.Single(VerifyRun.DefinitionOf(backup)!.Key).Type);
    }

    [Fact]
    public async Task Every_data_file_is_known_with_all_that_proves_it()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var backup = await sample.OpenAsync(Cancellation);
        Assert.Equal(3, backup.Files.Count);
        Assert.All(backup.Files, file =>
        {
            var stored = sample.Store[file.Key];
            Assert.Equal(BackupSample.KeyOf(file.Name), file.Key);
            Assert.Equal(10, file.ItemCount);
            Assert.Equal(Convert.ToBase64String(MD5.HashData(stored)), file.Md5);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), file.Sha256);
            Assert.Equal(stored.Length, file.StoredBytes);
            Assert.Equal(10, file.Digest?.Count);
        });
        Assert.Equal(backup.Files.Sum(file => file.RawBytes), sample.Sidecar.RawBytes);
    }

    [Fact]
    public async Task The_summary_is_written_last_and_what_fails_before_it_leaves_no_backup()
    {
        string[] expected =
        [
            BackupLayout.FilesManifest, BackupLayout.FilesManifestMd5, BackupLayout.Sidecar, BackupLayout.SidecarSha256, BackupLayout.SummaryMd5, BackupLayout.Summary,
        ];
        for (var failing = 0; failing <= expected.Length; failing++)
        {
            var order = new List<string>();
            var store = new MemoryStore
            {
                BeforePut = key =>
                {
                    if (order.Count == failing)
                        throw new DynamoBackupException(BackupErrorCode.StoreFull, "full");
                    order.Add(key[(BackupSample.Folder.Length + 1)..]);
                },
            };
            var sealing = BackupSealer.SealAsync(store, BackupSample.Folder, BackupSample.Draft(), [], null, Cancellation);
            if (failing == expected.Length)
                await sealing;
            else
                Assert.Equal(BackupErrorCode.StoreFull, (await Assert.ThrowsAsync<DynamoBackupException>(() => sealing)).Code);

            Assert.Equal(expected.Take(failing), order);
            var backup = await BackupReader.ReadAsync(store, BackupSample.Folder, Cancellation);
            // From the summary's checksum on, a backup that lacks its summary shows as a damaged one; with the summary it is whole.
            Assert.Equal(failing < 5 ? null : failing == 5, backup?.Info.IsDamaged);
        }
    }

    [Fact]
    public async Task Summary_and_file_lines_have_AWSs_properties_in_AWSs_order_on_one_line_each()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        Assert.Equal(
            [
                "version", "exportArn", "startTime", "endTime", "tableArn", "tableId", "exportTime", "s3Bucket", "s3Prefix", "s3SseAlgorithm", "s3SseKmsKeyId",
                "manifestFilesS3Key", "billedSizeBytes", "itemCount", "outputFormat", "sidecar",
            ],
            PropertiesOf(sample.Text(BackupLayout.Summary)));
        var lines = sample.Text(BackupLayout.FilesManifest).Split('\n');
        Assert.Equal([""], lines[3..]);
        Assert.All(lines[..3], line => Assert.Equal(["itemCount", "md5Checksum", "etag", "dataFileS3Key"], PropertiesOf(line)));
        Assert.DoesNotContain('\n', sample.Text(BackupLayout.Summary));

        static IEnumerable<string> PropertiesOf(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public async Task Sealing_again_with_the_same_bytes_succeeds_and_with_others_is_a_conflict()
    {
        var store = new MemoryStore();
        await BackupSealer.SealAsync(store, BackupSample.Folder, BackupSample.Draft(), [], "id", Cancellation);
        await BackupSealer.SealAsync(store, BackupSample.Folder, BackupSample.Draft(), [], "id", Cancellation);
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => BackupSealer.SealAsync(store, BackupSample.Folder, BackupSample.Draft(), [], "another", Cancellation));
        Assert.Equal(BackupErrorCode.StoreConflict, exception.Code);
    }

    [Fact]
    public async Task A_backup_of_an_empty_table_is_whole()
    {
        var store = new MemoryStore();
        await BackupSealer.StartAsync(store, BackupSample.Folder, Cancellation);
        await BackupSealer.SealAsync(store, BackupSample.Folder, BackupSample.Draft(), [], null, Cancellation);
        var backup = (await BackupReader.ReadAsync(store, BackupSample.Folder, Cancellation))!;
        Assert.Empty(backup.Info.Findings);
        Assert.Equal((0, 0, "v1:0:" + new string('0', 64)), (backup.Info.ItemCount, backup.Info.FileCount, backup.Info.ContentDigest));
    }

    [Fact]
    public async Task Without_a_summary_and_its_checksum_there_is_no_backup()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Remove(BackupLayout.Summary);
        sample.Remove(BackupLayout.SummaryMd5);
        Assert.Null(await BackupReader.ReadAsync(sample.Store, BackupSample.Folder, Cancellation));
        Assert.Null(await BackupReader.ReadAsync(new MemoryStore(), BackupSample.Folder, Cancellation));
    }

    [Fact]
    public async Task The_spelling_of_checksum_files_in_AWSs_documentation_is_read_too()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        foreach (var name in new[] { BackupLayout.SummaryMd5, BackupLayout.FilesManifestMd5 })
        {
            sample.Replace(Path.ChangeExtension(name, ".checksum"), sample.Text(name) + "\r\n");
            sample.Remove(name);
        }

        Assert.Empty((await sample.OpenAsync(Cancellation)).Info.Findings);
        sample.Remove(BackupLayout.Summary);
        Assert.True((await sample.OpenAsync(Cancellation)).Info.IsDamaged);
    }

    [Fact]
    public async Task The_sidecars_checksum_is_in_the_form_that_sha256sum_checks()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var (sidecar, checksum) = (sample.Store[BackupSample.KeyOf(BackupLayout.Sidecar)], sample.Text(BackupLayout.SidecarSha256));
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(sidecar))}  dynamobackup.json\n", checksum);

        Assert.SkipUnless(File.Exists("/usr/bin/sha256sum"), "There is no sha256sum here.");
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.Combine(BackupLayout.Sidecar), sidecar, Cancellation);
        await File.WriteAllTextAsync(folder.Combine(BackupLayout.SidecarSha256), checksum, Cancellation);
        var start = new ProcessStartInfo("/usr/bin/sha256sum", ["-c", "--strict", BackupLayout.SidecarSha256]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true };
        using var check = Process.Start(start)!;
        var said = await check.StandardOutput.ReadToEndAsync(Cancellation);
        await check.WaitForExitAsync(Cancellation);
        Assert.Equal((0, "dynamobackup.json: OK"), (check.ExitCode, said.Trim()));
    }

    [Fact]
    public async Task A_folders_name_that_leads_out_of_the_store_is_refused()
    {
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => BackupReader.ReadAsync(new MemoryStore(), "../" + BackupSample.Folder, Cancellation));
        Assert.Equal(BackupErrorCode.UnsafePath, exception.Code);
    }
}
