using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>With -Safe nothing is overwritten or deleted that is not as the comparison saw it.</summary>
public sealed class SafeReplaceTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    [Fact]
    public async Task Where_no_one_else_writes_it_does_what_Replace_does_one_by_one()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(120)], TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, Enumerable.Range(0, 20));
        for (var index = 50; index < 70; index++)
            await PutAsync(table, MixedItems.KeyAt(index), Attr.Bool(true));
        await SampleTables.FillAsync(Dynalite.Client, table, MixedItems.Create(30, seed: 9).Select(Flat), cancellationToken: Cancellation);
        await using var proxy = await Dynalite.NewProxyAsync();

        var result = await ApplyAsync(SafeOf(backup, table, proxy.Endpoint));

        Assert.Equal((40L, 30L, backup.ItemCount - 40, 0L, true), (result.Written, result.Deleted, result.Unchanged, result.Skipped, result.Verified));
        Assert.Equal((0, 40, 30), (proxy.RequestCount("BatchWriteItem"), proxy.RequestCount("PutItem"), proxy.RequestCount("DeleteItem")));
    }

    [Fact]
    public async Task What_others_have_changed_since_the_comparison_is_left_alone()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(30), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, [0, 1]);
        await PutAsync(table, MixedItems.KeyAt(2), Attr.N("1"));
        await PutAsync(table, MixedItems.KeyAt(3), Attr.N("1"));
        await PutAsync(table, "extra", Attr.N("1"));
        await PutAsync(table, "extra and gone", Attr.N("1"));
        await PutAsync(table, "extra to go", Attr.N("1"));
        using var run = await DifferentialRestoreRun.CompareAsync(SafeOf(backup, table) with { Verify = false }, Tiny, Output, Cancellation);
        await PutAsync(table, MixedItems.KeyAt(0), Attr.N("2"));
        await PutAsync(table, MixedItems.KeyAt(2), Attr.N("2"));
        await PutAsync(table, "extra", Attr.N("2"));
        await Dynalite.Client.DeleteItemAsync(table, new() { ["pk"] = Attr.S("extra and gone") }, Cancellation);

        var result = await run.ApplyAsync(Output, Cancellation);

        Assert.Equal((2L, 1L, 26L, 2L), (result.Written, result.Deleted, result.Unchanged, result.Skipped));
        foreach (var key in new[] { MixedItems.KeyAt(0), MixedItems.KeyAt(2), "extra" })
            Assert.Equal("2", (await FindAsync(table, key))!["value"].N);
        Assert.Null(await FindAsync(table, "extra to go"));
        Assert.Equal(MixedItems.At(3)["status"].S, (await FindAsync(table, MixedItems.KeyAt(3)))!["status"].S);
        Assert.Equal(3, result.Findings.Count(finding => finding.Kind == FindingKind.ItemsSkipped));
        Assert.Contains(result.Findings, finding => finding.Detail.Contains("2 items of the backup were not written", StringComparison.Ordinal));
        Assert.Contains(result.Findings, finding => finding.Detail.Contains("1 extra items were not deleted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PutItem")]
    [InlineData("DeleteItem")]
    public async Task The_condition_notices_a_change_between_the_last_look_and_the_write(string operation)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(5), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        var key = operation == "PutItem" ? MixedItems.KeyAt(2) : "extra";
        await PutAsync(table, key, Attr.N("1"));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange => exchange.Operation == operation ? PutAsync(table, key, Attr.N("2")) : Task.CompletedTask;

        var result = await ApplyAsync(SafeOf(backup, table, proxy.Endpoint) with { Verify = false });

        Assert.Equal((0L, 0L, operation == "PutItem" ? 1L : 0), (result.Written, result.Deleted, result.Skipped));
        Assert.Equal("2", (await FindAsync(table, key))!["value"].N);
        Assert.Contains("was left alone", Assert.Single(result.Findings).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PutItem")]
    [InlineData("DeleteItem")]
    public async Task A_write_whose_answer_was_lost_counts_as_done(string operation)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(5), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await DeleteAsync(table, [1]);
        await PutAsync(table, MixedItems.KeyAt(2), Attr.N("1"));
        await PutAsync(table, "extra", Attr.N("1"));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == operation && exchange.OperationNumber <= 2 && exchange.StatusCode == 200)
                exchange.Abort();
            return Task.CompletedTask;
        };

        var result = await ApplyAsync(SafeOf(backup, table, proxy.Endpoint));

        Assert.Equal((2L, 1L, 3L, 0L, true), (result.Written, result.Deleted, result.Unchanged, result.Skipped, result.Verified));
        Assert.Empty(result.Findings);
    }

    [Fact]
    public async Task An_item_with_more_attributes_than_a_condition_can_name_is_skipped_and_told()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        var wide = Enumerable.Range(0, 200).ToDictionary(index => $"a{index}", index => Attr.N($"{index}"));
        wide["pk"] = Attr.S(MixedItems.KeyAt(1));
        await Dynalite.Client.PutItemAsync(table, wide, Cancellation);

        var result = await ApplyAsync(SafeOf(backup, table) with { Verify = false });

        Assert.Equal((0L, 2L, 1L), (result.Written, result.Unchanged, result.Skipped));
        Assert.Contains("-Safe", Assert.Single(result.Findings).Fix, StringComparison.Ordinal);
        Assert.Equal(201, (await FindAsync(table, MixedItems.KeyAt(1)))!.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(RestoreMode.Overwrite)]
    [InlineData(RestoreMode.Supplement)]
    public async Task Safe_is_refused_with_other_modes(RestoreMode? mode)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(SafeOf(backup, table) with { Mode = mode }));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
    }

    /// <summary>Without lists and maps: DynamoDB compares those in conditions, dynalite does not.</summary>
    private static Dictionary<string, AttributeValue> Flat(Dictionary<string, AttributeValue> item) =>
        item.Where(attribute => attribute.Value.L is null && attribute.Value.M is null).ToDictionary();

    private RestoreRequest SafeOf(BackupInfo backup, string table, Uri? endpoint = null) => DifferentialOf(backup, table, RestoreMode.Replace, endpoint) with { Safe = true };
}
