using System.IO.Compression;
using System.Text;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Replace makes a table what the backup is, and writes only what differs.</summary>
public sealed class ReplaceTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    [Fact]
    public async Task A_table_becomes_exactly_the_backup()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(250)], TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 40));
        for (var index = 100; index < 130; index++)
            await PutAsync(table, MixedItems.KeyAt(index), Attr.Bool(true));
        await SampleTables.FillAsync(Dynalite.Client, table, MixedItems.Create(60, seed: 9), cancellationToken: Cancellation);

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace));

        Assert.Equal((backup.ItemCount, 70L, 60L, backup.ItemCount - 70, 0L), (result.ItemsRead, result.Written, result.Deleted, result.Unchanged, result.Skipped));
        Assert.Equal((RestoreMode.Replace, true, backup.ContentDigest), (result.Mode, result.Verified, result.ContentDigest));
        Assert.Empty(result.Findings);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task Of_20000_items_of_which_1_percent_differ_only_those_are_written()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(20_000), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        for (var index = 0; index < 100; index++)
            await PutAsync(table, MixedItems.KeyAt(index * 150), Attr.N("1"));
        await DeleteAsync(table, Enumerable.Range(0, 60).Select(index => index * 150 + 7));
        await SampleTables.FillAsync(Dynalite.Client, table, MixedItems.Create(40, seed: 9), cancellationToken: Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();
        var writes = CountWrites(proxy);

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint), new ComparisonLimits());

        Assert.Equal((160, 40), (writes.Puts, writes.Deletes));
        Assert.Equal((160L, 40L, 19_840L, true), (result.Written, result.Deleted, result.Unchanged, result.Verified));
        Assert.InRange(proxy.RequestCount("BatchWriteItem"), 9, 9 + 2 * backup.FileCount);
        Assert.Equal(["BatchWriteItem", "DescribeTable", "DescribeTimeToLive", "Scan"], proxy.Requests.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_table_that_is_the_backup_already_costs_no_write_however_its_sets_are_ordered()
    {
        var item = new Dictionary<string, AttributeValue> { ["pk"] = Attr.S("sets"), ["tags"] = new() { SS = ["a", "b", "c"] }, ["sizes"] = new() { NS = ["1", "20", "3.5"] } };
        var table = await Dynalite.NewTableAsync([item, .. MixedItems.Create(50)], TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        item["tags"].SS.Reverse();
        item["sizes"] = new() { NS = ["3.50", "0020", "1.0"] };
        await Dynalite.Client.PutItemAsync(table, item, Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();
        var writes = CountWrites(proxy);

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint));

        Assert.Equal((0, 0, 51L, true), (writes.Puts, writes.Deletes, result.Unchanged, result.Verified));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(30, 0)]
    [InlineData(0, 0)]
    public async Task The_backup_or_the_table_may_be_empty(int stored, int live)
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(stored), TableShape.HashOnly));
        var table = await Dynalite.NewTableAsync(MixedItems.Create(live, seed: 4), TableShape.HashOnly);

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace));

        Assert.Equal((stored, live, true), (result.Written, result.Deleted, result.Verified));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live, table)).IsValid);
    }

    [Fact]
    public async Task Items_are_told_apart_by_both_parts_of_their_key()
    {
        var items = MixedItems.Create(60).Select((item, index) => new Dictionary<string, AttributeValue>(item) { ["pk"] = Attr.S($"p{index % 3}"), ["sk"] = Attr.N($"{index}") }).ToList();
        var table = await Dynalite.NewTableAsync(items, TableShape.HashAndRange);
        var backup = await BackUpAsync(table);
        await Dynalite.Client.DeleteItemAsync(table, new() { ["pk"] = Attr.S("p1"), ["sk"] = Attr.N("7.0") }, Cancellation);
        await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S("p1"), ["sk"] = Attr.N("8.5") }, Cancellation);

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace));

        Assert.Equal((1L, 1L, 59L, true), (result.Written, result.Deleted, result.Unchanged, result.Verified));
    }

    [Fact]
    public async Task Nothing_is_written_or_deleted_where_one_byte_of_the_backup_is_damaged()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 10));
        await PutAsync(table, "extra", Attr.Bool(true));
        var file = FilesOf(backup, "*.json.gz")[1];
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();
        var writes = CountWrites(proxy);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint) with { SkipVerification = true }));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (writes.Puts, writes.Deletes));
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task An_item_that_was_altered_in_the_store_after_the_proof_is_never_written()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 40));
        using var run = await DifferentialRestoreRun.CompareAsync(DifferentialOf(backup, table, RestoreMode.Replace), Tiny, Output, Cancellation);
        foreach (var file in FilesOf(backup, "*.json.gz"))
            await RewriteAsync(file, text => text.Replace("\"status\":{\"S\":\"", "\"status\":{\"S\":\"evil ", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => run.ApplyAsync(Output, Cancellation));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Equal(0, (await Dynalite.Client.ScanAsync(new ScanRequest(table) { ConsistentRead = true }, Cancellation)).Count);
    }

    [Fact]
    public async Task Throttling_failures_and_unprocessed_items_are_waited_out()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(400), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 200));
        await SampleTables.FillAsync(Dynalite.Client, table, MixedItems.Create(150, seed: 9), cancellationToken: Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is "BatchWriteItem" or "Scan" && exchange.OperationNumber % 3 == 0)
                exchange.Respond(exchange.OperationNumber % 2 == 0 ? DynamoErrors.ProvisionedThroughputExceeded() : DynamoErrors.InternalServerError());
            return Task.CompletedTask;
        };
        proxy.OnResponse = exchange =>
        {
            // The server has done it all; doing a part of it again must come to the same.
            if (exchange.Operation == "BatchWriteItem" && exchange.StatusCode == 200 && exchange.OperationNumber % 2 == 0)
            {
                var response = exchange.ResponseJson();
                var (name, operations) = exchange.RequestJson()["RequestItems"]!.AsObject().Single();
                response["UnprocessedItems"] = new System.Text.Json.Nodes.JsonObject { [name] = new System.Text.Json.Nodes.JsonArray(operations!.AsArray()[0]!.DeepClone()) };
                exchange.ReplaceResponse(response);
            }

            return Task.CompletedTask;
        };

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint));

        Assert.Equal((200L, 150L, 200L, true), (result.Written, result.Deleted, result.Unchanged, result.Verified));
    }

    [Fact]
    public async Task Stopped_in_mid_run_it_says_what_was_done_and_another_run_does_the_rest()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(600), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 600));
        await PutAsync(table, "extra", Attr.Bool(true));
        await using var proxy = await Dynalite.NewProxyAsync();
        var written = 0;
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "BatchWriteItem" || exchange.OperationNumber <= 5)
                return;
            while (Volatile.Read(ref written) < 5)
                await Task.Delay(20, exchange.Gone);
            // Time for the answers to arrive.
            await Task.Delay(500, exchange.Gone);
            exchange.Respond(DynamoErrors.AccessDenied("dynamodb:BatchWriteItem"));
        };
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem")
                Interlocked.Increment(ref written);
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint)));

        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        Assert.Matches(@"At least [1-9]\d* of 600 items had been written to '.*', and at least 0 of 1 deleted", error.Message);
        AssertNothingTemporaryIsLeft();
        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace));

        // What was under way as the first run failed may have come to the table later than its error came here.
        Assert.Equal((600L, 1L, true), (result.Written + result.Unchanged, result.Deleted, result.Verified));
        Assert.InRange(result.Unchanged, 1, 599);
    }

    [Fact]
    public async Task Drift_that_others_cause_is_shown_by_verification()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(30), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        using var run = await DifferentialRestoreRun.CompareAsync(DifferentialOf(backup, table, RestoreMode.Replace), Tiny, Output, Cancellation);
        await PutAsync(table, MixedItems.KeyAt(3), Attr.Bool(true));

        var result = await run.ApplyAsync(Output, Cancellation);

        Assert.Equal((0L, false), (result.Written, result.Verified));
        Assert.Equal(BackupErrorCode.VerificationFailed, Assert.Single(Output.Errors).Code);
    }

    [Theory]
    [InlineData(RestoreMode.Replace, false)]
    [InlineData(RestoreMode.Replace, true)]
    [InlineData(RestoreMode.Supplement, false)]
    public async Task A_write_budget_is_kept(RestoreMode mode, bool safe)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(100), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 80));

        var result = await ApplyAsync(DifferentialOf(backup, table, mode) with { Safe = safe, Verify = false, WriteLimit = new CapacityLimit(40, null) });

        // 80 items of a unit or more; at most a quarter of a second of the budget and one batch go ahead of it.
        Assert.Equal(80, result.Written);
        Assert.True(result.Duration > TimeSpan.FromSeconds(1.2), $"{result.Duration}");
    }

    [Fact]
    public async Task Another_key_and_a_table_that_is_not_there_are_refused()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(3), TableShape.HashOnly));
        var other = await Dynalite.NewTableAsync([], TableShape.HashAndRange);

        var mismatch = await Assert.ThrowsAsync<DynamoBackupException>(() => ApplyAsync(DifferentialOf(backup, other, RestoreMode.Replace)));
        var missing = await Assert.ThrowsAsync<DynamoBackupException>(() => ApplyAsync(DifferentialOf(backup, DynaliteFixture.NewName("None"), RestoreMode.Replace)));

        Assert.Equal((BackupErrorCode.KeySchemaMismatch, BackupErrorCode.TableNotFound), (mismatch.Code, missing.Code));
    }

    [Fact]
    public async Task The_plan_tells_what_would_be_done_and_what_it_costs_and_writes_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, [1, 2, 3]);
        await PutAsync(table, MixedItems.KeyAt(9), Attr.Bool(true));
        await PutAsync(table, "extra", Attr.B(new byte[3000]));
        await using var proxy = await Dynalite.NewProxyAsync();
        var writes = CountWrites(proxy);

        foreach (var mode in new[] { RestoreMode.Replace, RestoreMode.Supplement, RestoreMode.Overwrite })
        {
            using var run = await DifferentialRestoreRun.CompareAsync(DifferentialOf(backup, table, mode, proxy.Endpoint) with { WriteLimit = new CapacityLimit(2, null) }, Tiny, Output, Cancellation);
            Assert.Equal(new TableDifference(Missing: 3, Different: 1, Extra: 1, Same: 46), run.Plan.Difference);
            if (mode == RestoreMode.Replace)
                Assert.InRange(run.Plan.WriteUnits, 3 + 1 + 3, 3 * 8 + 8 + 3);
            Assert.Equal(run.Plan.WriteUnits / 2, run.Plan.Duration!.Value.TotalSeconds, 0.001);
        }

        Assert.Equal((0, 0), (writes.Puts, writes.Deletes));
    }

    private static async Task RewriteAsync(string file, Func<string, string> change)
    {
        string text;
        await using (var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
        using (var reader = new StreamReader(gzip))
            text = await reader.ReadToEndAsync(Cancellation);
        await using var output = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await output.WriteAsync(Encoding.UTF8.GetBytes(change(text)), Cancellation);
    }
}
