using System.Text;
using System.Text.Json;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A backup whose items are stored without being read: it says so, and all that is left of its proof holds.</summary>
public sealed class NoContentDigestTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private const int Items = 300;
    private static readonly string[] Unknown = ["contentDigest", "itemBytes", "writeUnits"];

    [Fact]
    public async Task It_records_that_there_is_no_digest_and_keeps_every_checksum()
    {
        var table = await NewTableAsync();
        var read = await BackUpAsync(table);

        var backup = await BackUpUnreadAsync(table);

        Assert.Equal((Items, null, null), (backup.ItemCount, backup.ItemBytes, backup.ContentDigest));
        Assert.Equal((read.StoredBytes, read.FileCount), (backup.StoredBytes, backup.FileCount));
        Assert.Contains(Output.Messages, message => message.Contains("No content digest is computed", StringComparison.Ordinal));
        using var sidecar = JsonDocument.Parse(await File.ReadAllTextAsync(Assert.Single(FilesOf(backup, "dynamobackup.json")), Cancellation));
        Assert.False(sidecar.RootElement.GetProperty("scan").GetProperty("contentDigest").GetBoolean());
        Assert.All(sidecar.RootElement.GetProperty("files").EnumerateArray().Append(sidecar.RootElement), element =>
        {
            Assert.All(Unknown, name => Assert.False(element.TryGetProperty(name, out _), name));
            Assert.True(element.GetProperty("itemCount").GetInt64() > 0);
        });
        Assert.All(sidecar.RootElement.GetProperty("files").EnumerateArray(), file => Assert.Equal(64, file.GetProperty("sha256").GetString()!.Length));
        var listed = (await ListAsync()).Single(found => found.Id == backup.Id);
        Assert.Equal(backup with { Findings = listed.Findings, ItemsScanned = null }, listed);
        Assert.Empty(listed.Findings);
    }

    [Theory]
    [InlineData(VerificationLevel.Structure)]
    [InlineData(VerificationLevel.Checksum)]
    [InlineData(VerificationLevel.Content)]
    [InlineData(VerificationLevel.Live)]
    public async Task It_is_valid_at_every_level_and_says_from_Content_on_that_this_is_no_proof(VerificationLevel level)
    {
        var table = await NewTableAsync();
        var digest = (await BackUpAsync(table)).ContentDigest;
        var backup = await BackUpUnreadAsync(table);

        var result = await VerifyAsync(backup, level);

        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.Equal(Items, result.ItemCount);
        Assert.Equal(level >= VerificationLevel.Content ? digest : null, result.ContentDigest);
        Assert.Equal(
            level >= VerificationLevel.Content ? [(FindingSeverity.Information, FindingKind.DigestMissing)] : [],
            result.Findings.Select(finding => (finding.Severity, finding.Kind)));
    }

    [Fact]
    public async Task It_is_held_against_the_live_table()
    {
        var table = await NewTableAsync();
        var backup = await BackUpUnreadAsync(table);
        await Dynalite.Client.PutItemAsync(table, new() { [TableShape.HashKey] = Attr.S("new") }, Cancellation);

        var result = await VerifyAsync(backup, VerificationLevel.Live);

        Assert.False(result.IsValid);
        Assert.Equal([FindingKind.LiveDiffers, FindingKind.DigestMissing], result.Findings.Select(finding => finding.Kind));
    }

    [Fact]
    public async Task It_is_restored_after_every_item_was_read_and_the_table_is_proved()
    {
        var table = await NewTableAsync();
        var backup = await BackUpUnreadAsync(table);
        var target = DynaliteFixture.NewName("Copy");

        var restored = await RestoreAsync(RestoreOf(backup, target));

        Assert.Equal((true, Items), (restored.Verified, restored.Written));
        Assert.Contains(Output.Messages, message => message.Contains("Reading every item of backup", StringComparison.Ordinal));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live, target)).IsValid);
        Assert.Equal((await BackUpAsync(table)).ContentDigest, restored.ContentDigest);
    }

    [Fact]
    public async Task A_restores_plan_goes_by_the_size_of_the_json_and_says_so()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40));
        var backup = await BackUpUnreadAsync(table);
        using var sidecar = JsonDocument.Parse(await File.ReadAllTextAsync(Assert.Single(FilesOf(backup, "dynamobackup.json")), Cancellation));

        var plan = await RestoreRun.PlanAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { WriteLimit = new CapacityLimit(10, null) }, Output, Cancellation);

        Assert.Equal(40 * Math.Ceiling(sidecar.RootElement.GetProperty("rawBytes").GetInt64() / 40 / 1024.0), plan.WriteUnits);
        Assert.Contains("10 units/s", plan.Basis, StringComparison.Ordinal);
        Assert.Contains("estimated from the size of the items' JSON", plan.Basis, StringComparison.Ordinal);
        var read = await RestoreRun.PlanAsync(RestoreOf(await BackUpAsync(table), DynaliteFixture.NewName("Copy")), Output, Cancellation);
        Assert.DoesNotContain("estimated", read.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_found_by_its_checksum_and_not_restored()
    {
        var backup = await BackUpUnreadAsync(await NewTableAsync());
        var file = FilesOf(backup, "*.json.gz")[0];
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);

        var finding = Assert.Single((await VerifyAsync(backup, VerificationLevel.Checksum)).Findings);
        Assert.Equal((FindingSeverity.Error, FindingKind.ChecksumDiffers), (finding.Severity, finding.Kind));
        var target = DynaliteFixture.NewName("Copy");
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target)));
        Assert.Equal(BackupErrorCode.BackupDamaged, refused.Code);
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task An_empty_table_gets_no_digest_either()
    {
        var backup = await BackUpUnreadAsync(await Dynalite.NewTableAsync([]));
        Assert.Equal((0, 0, null), (backup.ItemCount, backup.ItemBytes, backup.ContentDigest));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task Every_destination_gets_the_same_backup()
    {
        var request = RequestFor(await NewTableAsync()) with { Destinations = [Store, Store + "-2"], NoContentDigest = true };

        var backups = await BackupRun.RunAsync(request, Output, Cancellation);

        Assert.Equal(request.Destinations, backups.Select(backup => backup.Location));
        Assert.Single(backups.Select(backup => (backup.Id, backup.ContentDigest, backup.ItemBytes, backup.ItemCount, backup.StoredBytes)).Distinct());
        foreach (var backup in backups)
            Assert.Equal(FindingKind.DigestMissing, Assert.Single((await VerifyAsync(backup, VerificationLevel.Live)).Findings).Kind);
    }

    [Fact]
    public async Task A_page_that_holds_fewer_items_than_it_says_ends_the_run_and_leaves_nothing()
    {
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.ResponseJson() is var page && page["Items"]!.AsArray() is { Count: > 0 } items)
            {
                items.RemoveAt(0);
                exchange.ReplaceResponse(page);
            }

            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(async () => await BackUpUnreadAsync(await NewTableAsync(), proxy.Endpoint));

        Assert.Equal(BackupErrorCode.AccountingMismatch, error.Code);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("{\"Id\":\n{\"S\":\"1\"}}", true)]
    [InlineData("{\"Id\":\n{\"S\":\"1\"}}", false)]
    [InlineData("{\"Id\":{\"S\":\"a\nb\"}}", true)]
    [InlineData("{\"Id\":{\"S\":\"a\u0000b\"}}", true)]
    [InlineData("{\"Id\":\r{\"S\":\"1\"}}", true)]
    public async Task An_endpoint_that_sends_an_item_of_more_than_one_line_is_refused_and_nothing_is_left(string item, bool unread)
    {
        var table = await NewTableAsync();
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            // With a CRC that fits. What lies between items is stored nowhere, so it may be anything that JSON allows.
            if (exchange.Operation == "Scan")
                exchange.ResponseBody = Encoding.UTF8.GetBytes($$$"""{"Count":2,"Items":[{"Id":{"S":"0"}},{{{"\n"}}}{{{item}}}],"ScannedCount":2}""");
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { NoContentDigest = unread }));

        Assert.Equal(BackupErrorCode.InvalidItem, error.Code);
        Assert.Contains("control character", error.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    private Task<string> NewTableAsync() => Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(Items - AwkwardItems.All().Count)]);

    private Task<BackupInfo> BackUpUnreadAsync(string table, Uri? endpoint = null) => BackUpAsync(RequestFor(table, endpoint) with { NoContentDigest = true });
}
