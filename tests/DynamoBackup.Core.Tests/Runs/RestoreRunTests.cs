using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

public sealed class RestoreRunTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task Items_that_the_service_leaves_unprocessed_are_written_in_the_end()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(300)]);
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = LeaveHalfUnprocessed;
        proxy.OnResponse = GiveBackWhatWasLeft;

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), proxy.Endpoint));

        Assert.True(proxy.RequestCount("BatchWriteItem") > 2 * ((backup.ItemCount + 24) / 25), "nothing was left unprocessed");
        Assert.Equal((backup.ItemCount, backup.ItemCount, true), (result.ItemsRead, result.Written, result.Verified));
        Assert.Equal(backup.ContentDigest, result.ContentDigest);
    }

    [Fact]
    public async Task A_throttled_and_failing_service_is_waited_for()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(200));
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber <= 40)
                exchange.Respond(exchange.OperationNumber % 2 == 0 ? DynamoErrors.ProvisionedThroughputExceeded() : DynamoErrors.InternalServerError());
            return Task.CompletedTask;
        };

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), proxy.Endpoint));

        Assert.True(result.Verified);
    }

    [Fact]
    public async Task A_new_table_that_could_not_be_filled_is_deleted_again()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(500));
        var backup = await BackUpAsync(table);
        var target = DynaliteFixture.NewName("Restored");
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber > 5)
                exchange.Respond(DynamoErrors.AccessDenied("dynamodb:BatchWriteItem"));
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint)));

        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        Assert.Contains("deleted again", error.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task Cancelled_in_mid_load_it_deletes_the_table_that_it_created()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(500));
        var backup = await BackUpAsync(table);
        var target = DynaliteFixture.NewName("Restored");
        await using var proxy = await Dynalite.NewProxyAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        proxy.OnResponse = async exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber == 3)
                await cancel.CancelAsync();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint), cancel.Token));

        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task An_existing_table_is_never_deleted_by_a_failing_restore()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300));
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber > 3)
                exchange.Respond(DynamoErrors.AccessDenied("dynamodb:BatchWriteItem"));
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table, proxy.Endpoint) with { Mode = RestoreMode.Overwrite }));

        Assert.Contains("had been written", error.Message, StringComparison.Ordinal);
        Assert.True(await Dynalite.TableExistsAsync(table));
        Assert.Equal(0, proxy.RequestCount("DeleteTable"));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_before_anything_is_written()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300));
        var backup = await BackUpAsync(table);
        var file = FilesOf(backup, "*.json.gz")[0];
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), proxy.Endpoint)));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (proxy.RequestCount("CreateTable"), proxy.RequestCount("BatchWriteItem")));
    }

    [Fact]
    public async Task Verification_notices_a_writer_that_meddled_and_says_so_in_result_and_error()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(100));
        var backup = await BackUpAsync(table);
        var target = DynaliteFixture.NewName("Restored");
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber == 1)
                await Dynalite.Client.PutItemAsync(target, new Dictionary<string, AttributeValue> { ["pk"] = Attr.S("from elsewhere") }, exchange.Gone);
        };

        var result = await RestoreAsync(RestoreOf(backup, target, proxy.Endpoint));

        Assert.False(result.Verified);
        Assert.Equal(FindingKind.LiveDiffers, Assert.Single(result.Findings).Kind);
        Assert.Equal(BackupErrorCode.VerificationFailed, Assert.Single(Output.Errors).Code);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_put_back_is_a_finding_and_a_warning_and_not_a_failed_restore()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(10));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "DescribeTimeToLive" && (string?)exchange.RequestJson()["TableName"] == table)
                exchange.Respond(ProxyAnswer.Json(200, """{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}}"""));
            if (exchange.Operation == "UpdateTimeToLive")
                exchange.Respond(DynamoErrors.AccessDenied("dynamodb:UpdateTimeToLive"));
            return Task.CompletedTask;
        };
        var backup = await BackUpAsync(table, proxy.Endpoint);
        Output.Warnings.Clear();

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), proxy.Endpoint));

        Assert.True(result.Verified);
        Assert.Equal(FindingKind.SettingNotRestored, Assert.Single(result.Findings).Kind);
        Assert.Single(Output.Warnings);
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<ProxyExchange, JsonArray> Left = new();

    private static Task LeaveHalfUnprocessed(ProxyExchange exchange)
    {
        if (exchange.Operation != "BatchWriteItem")
            return Task.CompletedTask;
        var request = exchange.RequestJson();
        var (table, operations) = request["RequestItems"]!.AsObject().Single();
        var left = new JsonArray();
        while (operations!.AsArray().Count > 1 && left.Count < operations.AsArray().Count)
        {
            var last = operations.AsArray()[^1]!;
            operations.AsArray().RemoveAt(operations.AsArray().Count - 1);
            left.Add(last);
        }

        Left[exchange] = left;
        exchange.ReplaceRequest(request);
        return Task.CompletedTask;
    }

    private static Task GiveBackWhatWasLeft(ProxyExchange exchange)
    {
        if (exchange.Operation == "BatchWriteItem" && Left.TryRemove(exchange, out var left) && left.Count > 0)
        {
            var table = exchange.RequestJson()["RequestItems"]!.AsObject().Single().Key;
            var response = exchange.ResponseJson();
            response["UnprocessedItems"] = new JsonObject { [table] = left };
            exchange.ReplaceResponse(response);
        }

        return Task.CompletedTask;
    }
}
