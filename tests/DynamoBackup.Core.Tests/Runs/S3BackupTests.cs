using System.Text;
using System.Text.Json;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>The whole road with a bucket as the store: backed up, listed, proved, copied, restored; cut off, cancelled.</summary>
public sealed class S3BackupTests(DynaliteFixture dynalite, RadosGwFixture rados) : RunTest(dynalite)
{
    [Fact]
    public async Task A_table_goes_to_a_bucket_and_back()
    {
        var (table, location) = (await NewTableAsync(600), await NewLocationAsync());
        var backup = await BackUpAsync(RequestTo(table, location));

        Assert.Equal(location, backup.Location);
        var listed = Assert.Single(await ListAsync(location));
        Assert.Equal((backup.Id, backup.ContentDigest, backup.StoredBytes), (listed.Id, listed.ContentDigest, listed.StoredBytes));
        foreach (var level in new[] { VerificationLevel.Structure, VerificationLevel.Checksum, VerificationLevel.Content, VerificationLevel.Live })
            await AssertValidAsync(backup, level);

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("copy")) with { Store = rados.OptionsFor() });
        Assert.True(restored.Verified);
        Assert.Equal(backup.ContentDigest, restored.ContentDigest);
    }

    [Fact]
    public async Task The_manifests_name_bucket_and_prefix_as_AWSs_own_do()
    {
        var (table, location) = (await NewTableAsync(20), await NewLocationAsync());
        var backup = await BackUpAsync(RequestTo(table, location));
        var bucket = location["s3://".Length..].Split('/')[0];
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());

        using var summary = JsonDocument.Parse(await store.ReadTextAsync($"{backup.Path}/manifest-summary.json", Cancellation));
        Assert.Equal(bucket, summary.RootElement.GetProperty("s3Bucket").GetString());
        Assert.Equal($"team/backups/{table}", summary.RootElement.GetProperty("s3Prefix").GetString());
        Assert.Equal($"team/backups/{backup.Path}/manifest-files.json", summary.RootElement.GetProperty("manifestFilesS3Key").GetString());

        // What the manifests name is there under just that key.
        var files = (await store.ReadTextAsync($"{backup.Path}/manifest-files.json", Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(backup.FileCount, files.Length);
        foreach (var line in files)
        {
            using var file = JsonDocument.Parse(line);
            var key = file.RootElement.GetProperty("dataFileS3Key").GetString();
            Assert.StartsWith($"team/backups/{backup.Path}/data/", key, StringComparison.Ordinal);
            var found = await rados.Client.GetObjectMetadataAsync(bucket, key, Cancellation);
            Assert.Equal(file.RootElement.GetProperty("etag").GetString(), found.ETag.Trim('"'));
        }
    }

    [Fact]
    public async Task A_backup_that_was_copied_elsewhere_still_verifies()
    {
        var (table, location) = (await NewTableAsync(100), await NewLocationAsync());
        var backup = await BackUpAsync(RequestTo(table, location));
        using var source = RadosGwFixture.Open(location, rados.OptionsFor());
        var elsewhere = $"s3://{await rados.NewBucketAsync()}/moved/to/here";
        foreach (var target in new[] { elsewhere, Store })
        {
            using var store = RadosGwFixture.Open(target, rados.OptionsFor());
            await store.PrepareAsync(Cancellation);
            foreach (var entry in await source.EntriesAsync("", Cancellation))
                await store.WriteAsync(entry.Key, await source.ReadAsync(entry.Key, Cancellation), Cancellation);

            var copy = Assert.Single(await ListAsync(target));
            Assert.Equal((target, backup.ContentDigest), (copy.Location, copy.ContentDigest));
            await AssertValidAsync(copy, VerificationLevel.Live);
        }
    }

    [Fact]
    public async Task A_damaged_and_a_missing_object_are_found()
    {
        var (table, location) = (await NewTableAsync(100), await NewLocationAsync());
        var backup = await BackUpAsync(RequestTo(table, location));
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        var data = (await store.NamesAsync($"{backup.Path}/data", Cancellation))[0];
        var content = await store.ReadAsync(data, Cancellation);
        content[content.Length / 2] ^= 1;
        await store.WriteAsync(data, content, Cancellation);
        Assert.Contains(FindingKind.ChecksumDiffers, await KindsAsync(backup));
        await store.DeleteAsync(data, Cancellation);
        Assert.Contains(FindingKind.FileMissing, await KindsAsync(backup));
    }

    [Fact]
    public async Task One_scan_feeds_a_folder_and_a_bucket()
    {
        var (table, location) = (await NewTableAsync(500), await NewLocationAsync());
        var backups = await BackupRun.RunAsync(RequestTo(table, Store, location), Output, Cancellation);

        Assert.Equal([Store, location], backups.Select(backup => backup.Location));
        Assert.Single(backups.Select(backup => (backup.Id, backup.ContentDigest, backup.StoredBytes)).Distinct());
        foreach (var backup in backups)
            await AssertValidAsync(backup, VerificationLevel.Live);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(64 << 20)]
    public async Task A_bucket_that_is_cut_off_in_mid_run_is_named_and_the_folder_beside_it_gets_its_backup(int maxFileBytes)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(6_000));
        var location = await NewLocationAsync();
        await using var proxy = await rados.NewProxyAsync();
        var isCut = false;
        proxy.OnRequest = exchange =>
        {
            // The start is marked; from the first data on, nothing gets through any more.
            isCut |= exchange.Target.Contains("/data/", StringComparison.Ordinal);
            if (isCut) exchange.Abort();
            return Task.CompletedTask;
        };
        var request = RequestTo(table, location, Store) with { MaxFileBytes = maxFileBytes, Compression = BackupCompression.None };
        request = request with { Store = rados.OptionsFor(proxy.Endpoint) with { Connection = request.Store.Connection with { Patience = TimeSpan.FromSeconds(1) } } };

        var backup = Assert.Single(await BackupRun.RunAsync(request, Output, Cancellation));

        Assert.True(isCut);
        Assert.Equal(Store, backup.Location);
        await AssertValidAsync(backup, VerificationLevel.Live);
        Assert.Empty(await ListAsync(location));
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        Assert.DoesNotContain(await store.NamesAsync("", Cancellation), name => name.EndsWith("manifest-summary.json", StringComparison.Ordinal));
        var error = Assert.Single(Output.Errors);
        Assert.Equal((BackupErrorCode.StoreWriteFailed, location), (error.Code, error.Target));
        Assert.Contains(location, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing_in_the_bucket()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(6_000));
        var location = await NewLocationAsync();
        await using var proxy = await Dynalite.NewProxyAsync();
        using var cancelled = new CancellationTokenSource();
        proxy.OnResponse = exchange => exchange is { Operation: "Scan", OperationNumber: 2 } ? cancelled.CancelAsync() : Task.CompletedTask;
        var request = RequestTo(table, location) with { MaxFileBytes = 20_000, Segments = 1, Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupRun.RunAsync(request, Output, cancelled.Token));

        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        Assert.Empty(await store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task A_wrong_option_is_told_before_anything_is_read()
    {
        await using var proxy = await Dynalite.NewProxyAsync();
        var request = RequestTo("no-such-table", "s3://bucket/x") with { Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) };
        request = request with { Store = request.Store with { StorageClass = "GLACIER" } };
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => BackupRun.RunAsync(request, Output, Cancellation));
        Assert.Equal(BackupErrorCode.InvalidArgument, exception.Code);
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_a_run_says_or_stores()
    {
        var (table, location) = (await NewTableAsync(50), await NewLocationAsync());
        await BackUpAsync(RequestTo(table, location));
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        foreach (var name in await store.NamesAsync("", Cancellation))
            Assert.DoesNotContain("testsecret", Encoding.Latin1.GetString(await store.ReadAsync(name, Cancellation)), StringComparison.Ordinal);
        Assert.DoesNotContain(Output.Messages, message => message.Contains("testsecret", StringComparison.Ordinal));
    }

    private Task<string> NewTableAsync(int items) => Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(items)]);

    private async Task<string> NewLocationAsync() => $"s3://{await rados.NewBucketAsync()}/team/backups";

    private BackupRequest RequestTo(string table, params string[] destinations) => RequestFor(table) with { Destinations = destinations, Store = rados.OptionsFor() };

    private Task<IReadOnlyList<BackupInfo>> ListAsync(string location) =>
        CatalogRun.RunAsync(new BackupQuery { Sources = [location], Store = rados.OptionsFor() }, Output, Cancellation);

    private Task<BackupVerification> VerifyInBucketAsync(BackupInfo backup, VerificationLevel level) => VerifyRun.RunAsync(
        new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = level, Connection = Dynalite.Connection, Store = rados.OptionsFor() }, Output, Cancellation);

    private async Task AssertValidAsync(BackupInfo backup, VerificationLevel level)
    {
        var proof = await VerifyInBucketAsync(backup, level);
        Assert.True(proof.IsValid, $"{level}: {string.Join("; ", proof.Findings)}");
        Assert.Equal(level, proof.Level);
    }

    private async Task<IEnumerable<FindingKind>> KindsAsync(BackupInfo backup)
    {
        var proof = await VerifyInBucketAsync(backup, VerificationLevel.Checksum);
        Assert.False(proof.IsValid);
        return proof.Findings.Select(finding => finding.Kind);
    }
}
