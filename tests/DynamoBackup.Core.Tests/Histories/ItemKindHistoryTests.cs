using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>What becomes of items, and how their keys may be given, in backups of a real stream.</summary>
public sealed class ItemKindHistoryTests(DynaliteFixture dynalite) : HistoryTest(dynalite)
{
    [Fact]
    public async Task Items_that_were_deleted_put_again_and_deleted_by_time_to_live_tell_each_of_it()
    {
        var table = await NewStreamTableAsync(0);
        await IncrementAsync(table, Store);
        await PutAsync(table, "a", "1");
        await DeleteAsync(table, "a");
        await PutAsync(table, "a", "1");
        await PutAsync(table, "a", "1");
        await IncrementAsync(table, Store);
        await Streams.DeleteByTtlAsync(table, JsonKey("a"), Cancellation);
        await IncrementAsync(table, Store);
        await NextSecondAsync();
        await PutAsync(table, "a", "2");
        await IncrementAsync(table, Store);

        var versions = await HistoryAsync([Store], JsonKey("a"));
        // A put that changes nothing leaves no record in a stream.
        Assert.Equal(["Put 1", "Delete", "Put 1", "TtlDelete", "Put 2"], versions.Select(Told));
        Assert.All(versions, version => Assert.Equal(version.Change is ItemVersionChange.Delete or ItemVersionChange.TtlDelete, version.Item is null));
        Assert.Equal((await RecordedAsync(table)).Select(record => record.Sequence), versions.Select(version => version.SequenceNumber!));
        Assert.Empty(await AskAsync([Store], versions[3].TimeUtc, JsonKey("a")));
        Assert.Contains("deleted at", Assert.Single(Output.Errors).Message, StringComparison.Ordinal);
        Assert.Equal("Put 2", Told(Assert.Single(await AskAsync([Store], versions[4].TimeUtc, JsonKey("a")))));
    }

    [Fact]
    public async Task Of_several_keys_that_which_never_was_is_an_error_and_the_others_come_in_their_order()
    {
        var table = await NewStreamTableAsync(0);
        await IncrementAsync(table, Store);
        await PutAsync(table, "b", "1");
        await PutAsync(table, "a", "1");
        await PutAsync(table, "b", "2");
        await IncrementAsync(table, Store);

        var versions = await HistoryAsync([Store], JsonKey("b"), JsonKey("never"), JsonKey("a"), JsonKey("b"));
        Assert.Equal([(JsonKey("b"), "1"), (JsonKey("b"), "2"), (JsonKey("a"), "1")], versions.Select(version => (version.Key, (string)version.Item!)));
        var error = Assert.Single(Output.Errors);
        Assert.Equal((BackupErrorCode.ItemNotFound, JsonKey("never")), (error.Code, error.Target));
        Assert.Contains("Check the values", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pk":{"N":"1"}}""")]
    [InlineData("""{"pk":{"N":"1.0"}}""")]
    [InlineData("""{"pk":{"N":"1E0"}}""")]
    [InlineData("""{"pk":{"N":"+10e-1"}}""")]
    [InlineData("""{"pk":{"S":"001"}}""")]
    public async Task A_number_as_a_key_is_found_by_any_spelling(string key)
    {
        await NewNumberTableAsync();
        Assert.Equal(["Put 1", "Update 2"], (await HistoryAsync([Store], key)).Select(Told));
        Assert.Empty(Output.Errors);
    }

    [Fact]
    public async Task Spellings_of_one_number_are_one_key()
    {
        await NewNumberTableAsync();
        Assert.Equal(["Put 1", "Update 2"], (await HistoryAsync([Store], """{"pk":{"N":"1"}}""", """{"pk":{"N":"1.00"}}""", """{"pk":{"S":"1E0"}}""")).Select(Told));
    }

    [Theory]
    [InlineData("""{"pk":{"S":"one"}}""", "pk (N)")]
    [InlineData("""{"pk":{"BOOL":true}}""", "of type BOOL")]
    [InlineData("""{"id":{"N":"1"}}""", "lacks pk")]
    [InlineData("""{"pk":{"N":"1"},"v":{"S":"1"}}""", "more attributes")]
    public async Task What_is_no_key_of_the_table_is_refused_with_what_its_key_is(string key, string told)
    {
        await NewNumberTableAsync();
        foreach (var at in new DateTimeOffset?[] { null, (await ListAsync(Store))[^1].ToUtc })
        {
            var error = await Assert.ThrowsAsync<DynamoBackupException>(() => AskAsync([Store], at, key));
            Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
            Assert.Contains(told, error.Message, StringComparison.Ordinal);
        }
    }

    private async Task NewNumberTableAsync()
    {
        var table = await Dynalite.NewTableAsync([], new TableShape { HashKeyType = ScalarAttributeType.N });
        await Streams.EnableStreamAsync(table);
        await IncrementAsync(table, Store);
        await PutNumberAsync(table, "1.0", "1");
        await PutNumberAsync(table, "1e0", "2");
        await PutNumberAsync(table, "10", "other");
        await IncrementAsync(table, Store);
        Output.Warnings.Clear();
    }

    private Task PutNumberAsync(string table, string key, string value) =>
        Client.PutItemAsync(table, new Dictionary<string, AttributeValue> { [TableShape.HashKey] = Attr.N(key), ["v"] = Attr.S(value) }, Cancellation);
}
