using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Stopping;

/// <summary>A backup that is stopped, as by Ctrl+C, leaves nothing, and the shell goes on.</summary>
public sealed class StoppedBackupTests(Dynalite dynalite) : StopTest(dynalite)
{
    [Theory]
    [InlineData("DescribeTable", 0)]
    [InlineData("DescribeTimeToLive", 0)]
    [InlineData("Scan", 0)]
    [InlineData("Scan", 20)]
    public async Task A_stopped_backup_leaves_nothing(string operation, int after)
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await StartProxyAsync();
        OneItemAPage(proxy);
        var gate = new Gate(operation, after);
        proxy.OnResponse = gate.HoldAsync;

        var run = await StopAtAsync(gate, $"Backup-DynamoTable {table} $store -Segments 4 -Compression None @aws");
        Assert.Empty(run.Output);
        Assert.Empty(run.Errors.Select(error => error.ToString()));
        await AssertEngineEndedAsync(proxy, gate);
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Fact]
    public async Task A_stopped_list_of_tables_leaves_nothing()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("ListTables");
        proxy.OnResponse = gate.HoldAsync;
        Assert.Empty((await StopAtAsync(gate, $"Backup-DynamoTable '{table}*' $store @aws")).Output);
        await AssertEngineEndedAsync(proxy, gate);
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Fact]
    public async Task The_backups_before_the_stop_stay_and_the_tables_after_it_are_not_read()
    {
        var (one, two, three) = (await CreateTableAsync(), await CreateTableAsync(items: 30), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("Scan", after: 1);
        proxy.OnResponse = gate.HoldAsync;
        var run = await StopAtAsync(gate, $"Backup-DynamoTable {one}, {two}, {three} $store -Segments 1 @aws");

        Assert.Equal(one, Assert.Single(run.Output).Text("TableName"));
        await AssertEngineEndedAsync(proxy, gate);
        Assert.Equal(2, proxy.RequestCount("DescribeTable"));
        Assert.All(Store.Files, file => Assert.StartsWith(one, file, StringComparison.Ordinal));
        Assert.True(Shell.Run("Test-DynamoBackup -Source $store -Level Content").Single().Is("IsValid"));
    }

    [Fact]
    public async Task A_throttled_backup_can_be_stopped()
    {
        var table = await CreateTableAsync(items: 30);
        await using var proxy = await StartProxyAsync();
        var throttled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation != "Scan") return Task.CompletedTask;
            exchange.Respond(DynamoErrors.ProvisionedThroughputExceeded());
            throttled.TrySetResult();
            return Task.CompletedTask;
        };
        var running = Shell.Start($"Backup-DynamoTable {table} $store @aws");
        await throttled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Shell.Stop();
        Assert.True((await running.WaitAsync(TimeSpan.FromSeconds(60), Cancel)).Stopped);
        proxy.OnRequest = null;
        await AssertEngineEndedAsync(proxy, new Gate("Scan"));
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Fact]
    public async Task A_stopped_live_test_says_nothing_and_harms_nothing()
    {
        var table = await CreateBackupAsync(items: 30);
        var files = Store.Files;
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("Scan");
        proxy.OnResponse = gate.HoldAsync;
        Assert.Empty((await StopAtAsync(gate, $"Test-DynamoBackup {table} $store -Level Live @aws")).Output);
        await AssertEngineEndedAsync(proxy, gate);
        Assert.Equal(files, Store.Files);
        Shell.Connect(Dynalite.Endpoint);
        Assert.True(Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws").Single().Is("IsValid"));
    }
}
