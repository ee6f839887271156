using CsCheck;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

public sealed class AwsExportRestoreTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    [Fact]
    public async Task It_goes_into_a_table_that_exists_and_is_empty()
    {
        var backup = await ExportAsync();
        var table = await NewTableAsync("Id N");
        var result = await RestoreAsync(RestoreOf(backup, table));
        Assert.Equal((40, 40, Digest, true), (result.ItemsRead, result.Written, result.ContentDigest, result.Verified));
        Assert.Equal(40, await CountAsync(table));
    }

    [Fact]
    public async Task It_goes_over_a_table_that_holds_items()
    {
        var backup = await ExportAsync();
        var table = await NewTableAsync("Id N");
        await Dynalite.Client.PutItemAsync(table, new() { ["Id"] = Attr.N("5") }, Cancellation);
        await Dynalite.Client.PutItemAsync(table, new() { ["Id"] = Attr.N("5000") }, Cancellation);
        var result = await RestoreAsync(RestoreOf(backup, table) with { Mode = RestoreMode.Overwrite });
        Assert.Equal((40, true), (result.Written, result.Verified));
        Assert.Equal(41, await CountAsync(table));
    }

    [Fact]
    public async Task It_goes_into_a_new_table_by_a_given_definition()
    {
        var backup = await ExportAsync();
        var table = DynaliteFixture.NewName("New");
        var result = await RestoreAsync(RestoreOf(backup, table) with { TableDefinition = Definition });
        Assert.Equal((40, true), (result.Written, result.Verified));
        Assert.Equal("Id", Assert.Single((await Dynalite.Client.DescribeTableAsync(table, Cancellation)).Table.KeySchema).AttributeName);
    }

    [Fact]
    public async Task Without_a_table_and_without_a_definition_both_ways_out_are_named()
    {
        var backup = await ExportAsync();
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("None"))));
        Assert.Equal(BackupErrorCode.DefinitionMissing, error.Code);
        Assert.Contains("create the table", error.Message, StringComparison.Ordinal);
        Assert.Contains("-TableDefinition", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Id S")]
    [InlineData("Other N")]
    [InlineData("Id N", "Other S")]
    [InlineData("Hash B")]
    public async Task A_table_whose_key_the_items_do_not_fit_is_refused_before_anything_is_written(params string[] key)
    {
        var backup = await ExportAsync();
        var table = await NewTableAsync(key);
        await using var proxy = await Dynalite.NewProxyAsync();
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table, proxy.Endpoint)));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.Contains("nothing was written", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, proxy.RequestCount("BatchWriteItem"));
    }

    [Fact]
    public async Task A_single_item_that_does_not_fit_is_named_and_stops_it_before_anything_is_written()
    {
        string[] items = [.. SegmentSample.Items(60), """{"Id":{"S":"60"}}"""];
        var backup = await ExportAsync([items[..30], items[30..]]);
        var table = await NewTableAsync("Id N");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.Contains($"{DataFileOf(backup, 1)}: Line 31", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    [Theory]
    [InlineData("""{"Id":{"S":""}}""", "is empty")]
    [InlineData("""{"Id":{ "S" : "" }}""", "is empty")]
    public async Task An_empty_key_which_the_service_would_refuse_in_mid_run_is_found_before(string item, string words)
    {
        var backup = await ExportAsync([["""{"Id":{"S":"1"}}"""], [item]]);
        var table = await NewTableAsync("Id S");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_found_before_and_one_of_the_greatest_length_is_restored()
    {
        var table = await NewTableAsync("Id S");
        Assert.True((await RestoreAsync(RestoreOf(await ExportAsync([[Item(2048)]]), table))).Verified);
        Directory.Delete(Store, recursive: true);
        var tooLong = await ExportAsync([[Item(2049)]]);
        var other = await NewTableAsync("Id S");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(tooLong, other)));
        Assert.Contains("2,049 bytes", error.Message, StringComparison.Ordinal);

        static string Item(int length) => $$$"""{"Id":{"S":"{{{new string('k', length)}}}"}}""";
    }

    [Fact]
    public async Task Two_items_with_one_key_are_an_error_not_one_lost_item()
    {
        var backup = await ExportAsync([["""{"Id":{"N":"1"},"a":{"S":"x"}}"""], ["""{"Id":{"N":"1.0"},"a":{"S":"y"}}"""]]);
        var table = await NewTableAsync("Id N");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.Contains("same key", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    [Fact]
    public async Task A_table_with_only_a_part_of_the_key_would_swallow_items_and_is_refused()
    {
        var items = Enumerable.Range(0, 60).Select(number => $$$"""{"pk":{"S":"p{{{number % 7}}}"},"sk":{"N":"{{{number}}}"}}""").ToList();
        var backup = await ExportAsync([items]);
        Assert.True((await RestoreAsync(RestoreOf(backup, await NewTableAsync("pk S", "sk N")))).Verified);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(async () => await RestoreAsync(RestoreOf(backup, await NewTableAsync("pk S"))));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
    }

    [Fact]
    public async Task A_definition_with_another_key_than_the_table_has_is_refused()
    {
        var backup = await ExportAsync();
        var table = await NewTableAsync("Id S");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table) with { TableDefinition = Definition }));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.Contains("the given definition Id (N)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_the_items_do_not_fit_creates_no_table()
    {
        var backup = await ExportAsync();
        var table = DynaliteFixture.NewName("New");
        var other = Definition.Replace("\"AttributeType\":\"N\"", "\"AttributeType\":\"B\"", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table) with { TableDefinition = other }));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.False(await Dynalite.TableExistsAsync(table));
    }

    [Fact]
    public async Task For_a_backup_of_ours_a_given_definition_stands_in_place_of_its_own()
    {
        var source = await NewTableAsync("Id N");
        await Dynalite.Client.PutItemAsync(source, new() { ["Id"] = Attr.N("1"), ["Name"] = Attr.S("n") }, Cancellation);
        var backup = await BackUpAsync(source);
        var byName = Definition.Replace("\"Id\"", "\"Name\"", StringComparison.Ordinal).Replace("\"AttributeType\":\"N\"", "\"AttributeType\":\"S\"", StringComparison.Ordinal);
        var target = DynaliteFixture.NewName("New");
        var result = await RestoreAsync(RestoreOf(backup, target) with { TableDefinition = byName });
        Assert.True(result.Verified);
        Assert.Equal("Name", Assert.Single((await Dynalite.Client.DescribeTableAsync(target, Cancellation)).Table.KeySchema).AttributeName);
        Assert.Contains(Output.Messages, message => message.Contains("-TableDefinition stands in place", StringComparison.Ordinal));
    }

    [Fact]
    public async Task However_items_lie_in_files_the_same_table_comes_back()
    {
        var table = await NewTableAsync("Id N");
        var items = SegmentSample.Items(60);
        var expected = SegmentSample.Measure(items).Digest.ToString();
        var seed = 0;
        await Gen.Select(Gen.Shuffle(items.ToArray()), Gen.Int[0, 60].Array[0, 8], Gen.Bool, Gen.Bool).SampleAsync(
            async (shuffled, cuts, documented, newer) =>
            {
                if (Directory.Exists(Store))
                    Directory.Delete(Store, recursive: true);
                int[] edges = [0, .. cuts.Order(), 60];
                var files = edges.Zip(edges.Skip(1), (from, to) => shuffled[from..to]);
                var backup = await ExportAsync(files, new() { Seed = seed++, DocumentedChecksumNames = documented, NewerFields = newer });
                var result = await RestoreAsync(RestoreOf(backup, table) with { Mode = RestoreMode.Overwrite, Verify = false });
                Assert.Equal((expected, 60), (result.ContentDigest, result.Written));
            },
            iter: 25, threads: 1);
        Assert.Equal(60, await CountAsync(table));
    }
}
