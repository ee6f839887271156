using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Stopping;

/// <summary>A restore that is stopped deletes the table that it created, so that no half-filled table is taken for a whole one.</summary>
public sealed class StoppedRestoreTests(Dynalite dynalite) : StopTest(dynalite)
{
    [Theory]
    [InlineData("DescribeTable", 0)]
    [InlineData("DescribeTable", 1)]
    [InlineData("BatchWriteItem", 0)]
    [InlineData("BatchWriteItem", 3)]
    public async Task A_table_that_a_stopped_restore_created_is_deleted_again(string operation, int after)
    {
        var source = await CreateBackupAsync(items: 200);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var gate = operation == "DescribeTable" ? new Gate(operation, after, count: 1) : new Gate(operation, after);
        proxy.OnResponse = gate.HoldAsync;

        var run = await StopAtAsync(gate, $"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws");
        Assert.Empty(run.Output);
        await AssertEngineEndedAsync(proxy, gate);
        Assert.False(await Dynalite.ExistsAsync(target));
        AssertUsable(source, target);
    }

    [Fact]
    public async Task A_table_whose_creation_is_under_way_at_the_stop_is_deleted_as_well()
    {
        var source = await CreateBackupAsync(items: 10);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("CreateTable");
        proxy.OnResponse = gate.HoldAsync;
        var running = Shell.Start($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws");
        await gate.ReachedAsync();
        Assert.True(await Dynalite.ExistsAsync(target));

        // The server has created the table, and the answer that says so comes after the stop.
        var stopping = Task.Run(Shell.Stop, Cancel);
        while (!Shell.IsStopping && !running.IsCompleted) await Task.Delay(10, Cancel);
        gate.Open();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.True((await running).Stopped);
        Assert.False(await Dynalite.ExistsAsync(target));
        AssertUsable(source, target);
    }

    [Fact]
    public async Task A_table_that_was_there_before_is_never_deleted()
    {
        var source = await CreateBackupAsync(items: 200);
        var target = await CreateTableAsync(items: 0);
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("BatchWriteItem", after: 2);
        proxy.OnResponse = gate.HoldAsync;
        await StopAtAsync(gate, $"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws");

        await AssertEngineEndedAsync(proxy, gate);
        Assert.Equal(0, proxy.RequestCount("DeleteTable"));
        Assert.True(await Dynalite.ExistsAsync(target));
        Shell.Connect(Dynalite.Endpoint);
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Mode Overwrite -Force -Verify -Confirm:$false @aws").Single().Is("Verified"));
    }

    [Fact]
    public async Task The_tables_before_the_stop_stay_and_those_after_it_are_not_created()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var end in new[] { "-a", "-b", "-c" })
        {
            await CreateBackupAsync(name: prefix + end, items: 1);
            await Dynalite.DeleteAsync(prefix + end);
        }

        await using var proxy = await StartProxyAsync();
        var gate = new Gate("BatchWriteItem", after: 1);
        proxy.OnResponse = gate.HoldAsync;
        var run = await StopAtAsync(gate, "Restore-DynamoTable '*' $store -Confirm:$false @aws");
        await AssertEngineEndedAsync(proxy, gate);
        Assert.Equal(prefix + "-a", Assert.Single(run.Output).Text("TableName"));
        Assert.True(await Dynalite.ExistsAsync(prefix + "-a"));
        Assert.False(await Dynalite.ExistsAsync(prefix + "-b"));
        Assert.False(await Dynalite.ExistsAsync(prefix + "-c"));
        Assert.Equal(2, proxy.RequestCount("CreateTable"));
    }

    [Fact]
    public async Task A_table_that_was_filled_before_the_stop_is_whole_and_stays()
    {
        var source = await CreateBackupAsync(items: 100);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("Scan");
        proxy.OnResponse = gate.HoldAsync;
        await StopAtAsync(gate, $"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws");
        await AssertEngineEndedAsync(proxy, gate);
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
    }

    private void AssertUsable(string source, string target)
    {
        Shell.Connect(Dynalite.Endpoint);
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
    }
}
