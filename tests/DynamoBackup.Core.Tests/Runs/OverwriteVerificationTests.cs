using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>After Overwrite every key of the backup is read back and its item compared.</summary>
public sealed class OverwriteVerificationTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    public static TheoryData<string, Func<DynaliteFixture, string, Task>, string> Meddlings => new()
    {
        { "an item is changed", (dynalite, table) => dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S(MixedItems.KeyAt(7)), ["changed"] = Attr.Bool(true) }), "lacks 0 and holds 1 otherwise" },
        { "an item is deleted", (dynalite, table) => dynalite.Client.DeleteItemAsync(table, new() { ["pk"] = Attr.S(MixedItems.KeyAt(7)) }), "lacks 1 and holds 0 otherwise" },
    };

    [Fact]
    public async Task Every_item_is_put_back_and_what_the_backup_lacks_stays()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(250)], TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await SampleTables.DeleteAsync(Dynalite.Client, table, Enumerable.Range(0, 100).Select(KeyAt), Cancellation);
        await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S(MixedItems.KeyAt(200)), ["changed"] = Attr.Bool(true) }, Cancellation);
        await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S("newer than the backup") }, Cancellation);

        var result = await RestoreAsync(RestoreOf(backup, table) with { Mode = RestoreMode.Overwrite });

        Assert.Equal((backup.ItemCount, true, RestoreMode.Overwrite), (result.Written, result.Verified, result.Mode));
        Assert.Single((await Dynalite.Client.GetItemAsync(table, new() { ["pk"] = Attr.S("newer than the backup") }, true, Cancellation)).Item);
        await SampleTables.DeleteAsync(Dynalite.Client, table, [new() { ["pk"] = Attr.S("newer than the backup") }], Cancellation);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task Keys_that_the_service_leaves_unprocessed_are_asked_for_again()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(250), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "BatchGetItem")
                LeaveHalfUnprocessed(exchange);
            return Task.CompletedTask;
        };

        var result = await RestoreAsync(RestoreOf(backup, table, proxy.Endpoint) with { Mode = RestoreMode.Overwrite });

        Assert.True(result.Verified);
        Assert.True(proxy.RequestCount("BatchGetItem") > 6, $"{proxy.RequestCount("BatchGetItem")} calls");
    }

    [Theory]
    [MemberData(nameof(Meddlings), DisableDiscoveryEnumeration = true)]
    public async Task A_writer_that_meddles_is_noticed(string name, Func<DynaliteFixture, string, Task> meddle, string expected)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(150), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        var meddled = new Lazy<Task>(() => meddle(Dynalite, table));
        proxy.OnRequest = exchange => exchange.Operation == "BatchGetItem" ? meddled.Value : Task.CompletedTask;

        var result = await RestoreAsync(RestoreOf(backup, table, proxy.Endpoint) with { Mode = RestoreMode.Overwrite });

        Assert.False(result.Verified, name);
        var finding = Assert.Single(result.Findings);
        Assert.Contains(expected, finding.Detail, StringComparison.Ordinal);
        Assert.Contains(MixedItems.KeyAt(7), finding.Detail, StringComparison.Ordinal);
        Assert.Equal(BackupErrorCode.VerificationFailed, Assert.Single(Output.Errors).Code);
    }

    private static Dictionary<string, AttributeValue> KeyAt(int index) => new() { ["pk"] = Attr.S(MixedItems.KeyAt(index)) };

    private static void LeaveHalfUnprocessed(ProxyExchange exchange)
    {
        var response = exchange.ResponseJson();
        var (table, items) = response["Responses"]!.AsObject().Single();
        var left = new JsonArray();
        while (items!.AsArray().Count > 1 && left.Count < items.AsArray().Count)
        {
            left.Add(new JsonObject { ["pk"] = items.AsArray()[^1]!["pk"]!.DeepClone() });
            items.AsArray().RemoveAt(items.AsArray().Count - 1);
        }

        if (left.Count > 0)
            response["UnprocessedKeys"] = new JsonObject { [table] = new JsonObject { ["Keys"] = left, ["ConsistentRead"] = true } };
        exchange.ReplaceResponse(response);
    }
}
