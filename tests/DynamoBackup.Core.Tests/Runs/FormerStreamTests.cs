using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A table whose stream is turned off, or that is deleted, while its changes are backed up: what the stream still holds is stored, and no second is claimed that it may not hold whole.</summary>
public sealed class FormerStreamTests(DynaliteFixture dynalite) : FollowedRunTest(dynalite)
{
    [Fact]
    public async Task The_last_changes_of_a_table_that_was_deleted_are_stored_once_and_can_be_restored()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await PutAsync(table, "kept", "1");
        await PutAsync(table, "gone", "1");
        await Client.DeleteItemAsync(table, new() { [TableShape.HashKey] = Attr.S("gone") }, Cancellation);
        await DeleteAsync(table);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RunAsync(IncrementOf(table)));
        Assert.Equal(BackupErrorCode.TableNotFound, error.Code);
        var rest = Assert.Single(Made);
        Assert.Equal((BackupType.Incremental, 3L), (rest.Type, rest.ItemCount));
        Assert.Contains($"-PointInTime {rest.ToUtc:yyyy-MM-ddTHH:mm:ssZ}", error.Message, StringComparison.Ordinal);
        var items = await RestoreAsync(table, rest.ToUtc!.Value);
        Assert.Equal(21, items.Count);
        Assert.Equal("1", items["kept"]);

        await Assert.ThrowsAsync<DynamoBackupException>(() => RunAsync(IncrementOf(table)));
        Assert.Equal(2, (await ListAsync()).Count);
        Assert.All(await ListAsync(), backup => Assert.Empty(backup.Findings));
    }

    [Fact]
    public async Task A_continuous_run_stores_the_last_changes_of_a_table_that_is_deleted_and_ends()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        var running = RunAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromMinutes(5) });
        await PutAsync(table, "kept", "1");
        await DeleteAsync(table);

        Assert.Equal(BackupErrorCode.TableNotFound, (await Assert.ThrowsAsync<DynamoBackupException>(() => running)).Code);
        var rest = Assert.Single(Made);
        Assert.Equal(1, rest.ItemCount);
        Assert.Equal("1", (await RestoreAsync(table, rest.ToUtc!.Value))["kept"]);
    }

    [Fact]
    public async Task A_continuous_run_whose_stream_is_turned_off_and_on_takes_one_full_backup_and_goes_on()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = RunAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromSeconds(1) }, stop.Token);
        await PutAsync(table, "a", "1");
        await UntilMadeAsync(running, backup => backup.ItemCount == 1);
        await PutAsync(table, "a", "2");
        await Streams.DisableStreamAsync(table);
        await PutAsync(table, "a", "unseen");
        await Streams.EnableStreamAsync(table);
        await UntilMadeAsync(running, backup => backup.Type == BackupType.Full);
        await PutAsync(table, "b", "1");
        await PutAsync(table, "b", "2");
        await UntilMadeAsync(running, backup => backup.ItemCount == 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var full = Assert.Single(Made, backup => backup.Type == BackupType.Full);
        var before = Made.TakeWhile(backup => backup != full).ToList();
        Assert.Equal(2, before.Sum(backup => backup.ItemCount));
        Assert.Equal(before[^1].ToUtc, full.Gap!.FromUtc);
        Assert.Equal("2", (await RestoreAsync(table, Made[^1].ToUtc!.Value))["b"]);
        Assert.Equal("unseen", (await RestoreAsync(table, full.ToUtc!.Value))["a"]);
    }

    [Fact]
    public async Task The_last_changes_of_a_table_of_the_same_name_are_stored_as_its_own()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await PutAsync(table, "old", "1");
        await DeleteAsync(table);
        await SampleTables.CreateAsync(Client, table, cancellationToken: Cancellation);
        await Streams.EnableStreamAsync(table);
        await PutAsync(table, "new", "1");

        await RunAsync(IncrementOf(table));
        Assert.Equal([BackupType.Incremental, BackupType.Full], Made.Select(backup => backup.Type));
        Assert.Equal(Made[0].ToUtc, Made[1].Gap!.FromUtc);
        Assert.NotEqual(Made[0].StreamArn, Made[1].StreamArn);
        Assert.Equal("1", (await RestoreAsync(table, Made[0].ToUtc!.Value))["old"]);
        Assert.Equal(["new"], (await RestoreAsync(table, Made[1].ToUtc!.Value)).Keys);
        await PutAsync(table, "new", "2");
        Assert.Equal(Made[1].Id, Assert.Single(await IncrementAsync(table)).ParentId);
    }

    [Fact]
    public async Task Of_a_table_that_goes_on_without_its_stream_the_second_of_the_last_change_is_not_claimed()
    {
        var table = await NewStreamTableAsync();
        var full = Assert.Single(await IncrementAsync(table));
        await UntilAfterAsync(full.ToUtc!.Value.AddSeconds(2));
        await PutAsync(table, "a", "1");
        await Streams.DisableStreamAsync(table);
        var last = DateTimeOffset.FromUnixTimeSeconds((long)System.Text.Json.Nodes.JsonNode.Parse((await Streams.RecordsAsync(table))[^1])!["dynamodb"]!["ApproximateCreationDateTime"]!);
        await Streams.EnableStreamAsync(table);

        await RunAsync(IncrementOf(table));
        Assert.Equal([BackupType.Incremental, BackupType.Full], Made.Select(backup => backup.Type));
        Assert.Equal(last.UtcDateTime.AddSeconds(-1), Made[0].ToUtc);
    }

    [Fact]
    public async Task Where_the_former_stream_has_lost_changes_nothing_of_it_is_stored()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        await PutAsync(table, "a", "1");
        await IncrementAsync(table);
        await PutAsync(table, "a", "2");
        await Streams.TrimAsync(table);
        await DeleteAsync(table);

        Assert.Equal(BackupErrorCode.TableNotFound, (await Assert.ThrowsAsync<DynamoBackupException>(() => RunAsync(IncrementOf(table)))).Code);
        Assert.Empty(Made);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_setting_that_is_changed_during_a_continuous_run_is_recorded()
    {
        var table = await NewStreamTableAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = RunAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromSeconds(1) }, stop.Token);
        await UntilMadeAsync(running, backup => backup.Type == BackupType.Full);
        await Client.UpdateTableAsync(new UpdateTableRequest { TableName = table, BillingMode = Amazon.DynamoDBv2.BillingMode.PROVISIONED, ProvisionedThroughput = new ProvisionedThroughput(77, 5) }, Cancellation);
        await PutAsync(table, "a", "1");
        await UntilMadeAsync(running, backup => backup.ItemCount == 1);
        await PutAsync(table, "a", "2");
        await PutAsync(table, "a", "3");
        await UntilMadeAsync(running, backup => backup.ItemCount == 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var sidecar = await File.ReadAllTextAsync(Assert.Single(FilesOf(Made[^1], "dynamobackup.json")), Cancellation);
        Assert.Contains("\"ReadCapacityUnits\":77", sidecar.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task UntilAfterAsync(DateTime instant)
    {
        while (Streams.Options.Now() < instant)
            await Task.Delay(20, Cancellation);
    }

    private async Task DeleteAsync(string table)
    {
        await Client.DeleteTableAsync(table, Cancellation);
        while (await Dynalite.TableExistsAsync(table))
            await Task.Delay(20, Cancellation);
    }

    private async Task<Dictionary<string, string?>> RestoreAsync(string table, DateTime at)
    {
        var backup = (await ListAsync()).First(one => one.TableName == table);
        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("restored")) with { ExcludedSettings = [TableSetting.Stream] }, at);
        return (await ItemsOfAsync(restored.TableName)).ToDictionary(item => item[TableShape.HashKey].S, item => item.GetValueOrDefault("v")?.S, StringComparer.Ordinal);
    }
}
