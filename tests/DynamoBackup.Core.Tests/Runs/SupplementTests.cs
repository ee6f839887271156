using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Supplement adds what is missing, and touches nothing that is there.</summary>
public sealed class SupplementTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    [Fact]
    public async Task What_is_missing_is_added_and_what_is_there_stays()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(300)], TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 150));
        await PutAsync(table, MixedItems.KeyAt(200), Attr.N("1"));
        await PutAsync(table, "extra", Attr.N("1"));
        await using var proxy = await Dynalite.NewProxyAsync();

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement, proxy.Endpoint));

        Assert.Equal((backup.ItemCount, 150L, 0L, backup.ItemCount - 151, 1L, true), (result.ItemsRead, result.Written, result.Deleted, result.Unchanged, result.Skipped, result.Verified));
        Assert.Equal((150, 0, 0), (proxy.RequestCount("PutItem"), proxy.RequestCount("BatchWriteItem"), proxy.RequestCount("DeleteItem")));
        Assert.Equal("1", (await FindAsync(table, MixedItems.KeyAt(200)))!["value"].N);
        Assert.NotNull(await FindAsync(table, "extra"));
        Assert.Contains("1 items that the table holds otherwise", Assert.Single(result.Findings).Detail, StringComparison.Ordinal);
        AssertNothingTemporaryIsLeft();
    }

    [Fact]
    public async Task An_item_that_another_writer_adds_meanwhile_is_never_overwritten()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 40));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = async exchange =>
        {
            // The other writer is faster by a moment, every other time.
            if (exchange.Operation == "PutItem" && exchange.RequestJson()["Item"]!["pk"]!["S"]!.GetValue<string>() is var key && key[^1] % 2 == 0)
                await PutAsync(table, key, Attr.S("the other writer's"));
        };

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement, proxy.Endpoint));

        Assert.Equal((20L, 20L, 0L, true), (result.Written, result.Skipped, result.Unchanged, result.Verified));
        for (var index = 0; index < 40; index++)
            Assert.Equal(index % 2 == 0, (await FindAsync(table, MixedItems.KeyAt(index)))!.TryGetValue("value", out var value) && value.S == "the other writer's");
        Assert.Contains("20 items of the backup were not written", Assert.Single(result.Findings).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_very_item_that_another_writer_adds_meanwhile_counts_as_unchanged()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(4), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, [2]);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange => exchange.Operation == "PutItem" ? Dynalite.Client.PutItemAsync(table, MixedItems.At(2), Cancellation) : Task.CompletedTask;

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement, proxy.Endpoint));

        Assert.Equal((0L, 4L, 0L, true), (result.Written, result.Unchanged, result.Skipped, result.Verified));
        Assert.Empty(result.Findings);
    }

    [Fact]
    public async Task Throttling_failures_and_lost_answers_lose_and_double_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(200), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 120));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "PutItem" && exchange.OperationNumber % 4 == 0)
                exchange.Respond(exchange.OperationNumber % 8 == 0 ? DynamoErrors.ProvisionedThroughputExceeded() : DynamoErrors.InternalServerError());
            return Task.CompletedTask;
        };
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "PutItem" && exchange.OperationNumber % 5 == 0)
                exchange.Abort();
            return Task.CompletedTask;
        };

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement, proxy.Endpoint));

        Assert.Equal((120L, 80L, 0L, true), (result.Written, result.Unchanged, result.Skipped, result.Verified));
        Assert.Empty(result.Findings);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task Verification_notices_an_added_item_that_was_changed_and_a_key_that_is_gone()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 10));
        await PutAsync(table, MixedItems.KeyAt(30), Attr.S("differs, and may"));
        await using var proxy = await Dynalite.NewProxyAsync();
        var meddled = new Lazy<Task>(async () =>
        {
            await PutAsync(table, MixedItems.KeyAt(3), Attr.S("changed"));
            await DeleteAsync(table, [40]);
        });
        proxy.OnRequest = exchange => exchange.Operation == "BatchGetItem" ? meddled.Value : Task.CompletedTask;

        var result = await ApplyAsync(DifferentialOf(backup, table, RestoreMode.Supplement, proxy.Endpoint));

        Assert.False(result.Verified);
        Assert.Contains(result.Findings, finding => finding.Kind == FindingKind.LiveDiffers && finding.Detail.Contains("lacks 1 of the backup's keys, and 1 of the items", StringComparison.Ordinal));
        Assert.Equal(BackupErrorCode.VerificationFailed, Assert.Single(Output.Errors).Code);
    }
}
