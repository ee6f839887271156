using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Stopping;

/// <summary>
/// A pipeline is also left without anyone stopping it: a later command throws or breaks, a preference turns a message into an end. What
/// the command says in mid-run, while the engine stands at the gate, is where that happens.
/// </summary>
public sealed class DownstreamTests(Dynalite dynalite) : StopTest(dynalite)
{
    /// <summary>
    /// Ways to leave a pipeline by a message that a command writes while its engine is at work; <c>$reached</c> ends when that stands at the gate.
    /// </summary>
    public static TheoryData<string> WaysOut =>
    [
        "%COMMAND% -Verbose 4>&1 | ForEach-Object { if (\"$_\" -like '%MESSAGE%') { $reached.Wait(); throw 'enough' } }",
        "foreach ($turn in 1, 2) { %COMMAND% -Verbose 4>&1 | ForEach-Object { if (\"$_\" -like '%MESSAGE%') { $reached.Wait(); break } } }",
        "do { %COMMAND% -Verbose 4>&1 | ForEach-Object { if (\"$_\" -like '%MESSAGE%') { $reached.Wait(); break } } } while ($true)",
        ":outer foreach ($turn in 1, 2) { while ($true) { %COMMAND% -Verbose 4>&1 | ForEach-Object { if (\"$_\" -like '%MESSAGE%') { $reached.Wait(); continue outer } } } }",
        "function Leave { %COMMAND% -Verbose 4>&1 | & { process { if (\"$_\" -like '%MESSAGE%') { $reached.Wait(); throw 'enough' } } } }; Leave",
    ];

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_backup_that_is_left_in_mid_run_leaves_nothing(string way)
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await StartProxyAsync();
        OneItemAPage(proxy);
        var gate = new Gate("Scan", after: 20);
        proxy.OnResponse = gate.HoldAsync;
        Shell.Set("reached", gate.ReachedAsync());

        AssertLeft(way, Shell.Run(Fill(way, $"Backup-DynamoTable {table} $store -Segments 4 @aws", "Backing up*")));
        await AssertEngineEndedAsync(proxy, gate);
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_restore_that_is_left_in_mid_run_deletes_its_table(string way)
    {
        var source = await CreateBackupAsync(items: 100);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var gate = new Gate("BatchWriteItem");
        proxy.OnResponse = gate.HoldAsync;
        Shell.Set("reached", gate.ReachedAsync());

        AssertLeft(way, Shell.Run(Fill(way, $"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws", "Created table*")));
        await AssertEngineEndedAsync(proxy, gate);
        Assert.False(await Dynalite.ExistsAsync(target));
        Shell.Connect(Dynalite.Endpoint);
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
    }

    [Fact]
    public async Task A_backup_that_is_left_as_it_begins_leaves_nothing()
    {
        var table = await CreateTableAsync(items: 10);

        // Where exactly the engine is by then is left to chance, and so tried more than once.
        for (var turn = 0; turn < 20; turn++)
        {
            var run = Shell.Run($$"""Backup-DynamoTable {{table}} $store -Verbose @aws 4>&1 | ForEach-Object { if ("$_" -like 'Backing up*') { throw 'enough' } }""");
            Assert.Equal("enough", run.EndedBy().ToString());
            Store.AssertEmpty();
        }
    }

    [Fact]
    public async Task A_warning_that_ends_the_command_leaves_nothing()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await StartProxyAsync("DescribeTimeToLive", () => DynamoErrors.AccessDenied("dynamodb:DescribeTimeToLive"));
        var gate = new Gate("Scan");
        proxy.OnResponse = gate.HoldAsync;
        var run = Shell.Run($"Backup-DynamoTable {table} $store -WarningAction Stop @aws");
        Assert.Contains("TimeToLive (permission denied", run.EndedBy().ToString(), StringComparison.Ordinal);
        await AssertEngineEndedAsync(proxy, gate);
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Fact]
    public async Task A_later_command_that_throws_on_the_first_backup_keeps_it_and_reads_no_other_table()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        var run = Shell.Run($"Backup-DynamoTable {one}, {two} $store @aws | ForEach-Object {{ throw 'enough' }}");
        Assert.Equal("enough", run.EndedBy().ToString());
        Assert.Equal(1, proxy.RequestCount("DescribeTable"));
        Assert.Equal(one, Shell.Run("Test-DynamoBackup -Source $store -Level Content").Single().Text("TableName"));
    }

    [Theory]
    [InlineData("foreach ($turn in 1) { %COMMAND% | ForEach-Object { $_; break } }")]
    [InlineData("do { %COMMAND% | ForEach-Object { $_; break } } while ($true)")]
    public async Task A_loop_that_is_left_on_the_first_backup_keeps_it_and_reads_no_other_table(string script)
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        Assert.Equal(one, Shell.Run(Fill(script, $"Backup-DynamoTable {one}, {two} $store @aws", "")).Single().Text("TableName"));
        Assert.Equal(1, proxy.RequestCount("DescribeTable"));
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    [Fact]
    public async Task A_bad_table_first_ends_the_command_where_errors_end_it()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        var run = Shell.Run($"$ErrorActionPreference = 'Stop'; Backup-DynamoTable no-such-table, {table} $store @aws");
        ExpectedError.Of("Backup", "TableNotFound", "ObjectNotFound", "no-such-table", "Check the name").AssertIs(run.EndedBy());
        Assert.Equal(1, proxy.RequestCount("DescribeTable"));
        Shell.Run("$ErrorActionPreference = 'Continue'").Succeeded();
        await AssertNothingLeftAndUsableAsync(table);
    }

    [Fact]
    public async Task A_difference_found_in_mid_run_ends_the_restore_where_errors_end_it()
    {
        var (one, two) = (await CreateBackupAsync(items: 10), await CreateBackupAsync());
        await using var proxy = await StartProxyAsync();
        var meanwhile = new Lazy<Task>(() => Dynalite.PutOtherAsync(one, index: 4));
        proxy.OnRequest = exchange => exchange.Operation == "BatchGetItem" ? meanwhile.Value : Task.CompletedTask;
        var run = Shell.Run($"Restore-DynamoTable {one}, {two} $store -Mode Overwrite -Force -Verify -Confirm:$false -ErrorAction Stop @aws");
        ExpectedError.Of("Restore", "VerificationFailed", "InvalidData", one, "run the restore again").AssertIs(run.EndedBy());
        await AssertEngineEndedAsync(proxy, new Gate("BatchGetItem"));
    }

    private static string Fill(string way, string command, string message) =>
        way.Replace("%COMMAND%", command, StringComparison.Ordinal).Replace("%MESSAGE%", message, StringComparison.Ordinal);

    private static void AssertLeft(string way, RunResult run)
    {
        if (way.Contains("throw", StringComparison.Ordinal)) Assert.Equal("enough", run.EndedBy().ToString());
        else Assert.Empty(run.Succeeded());
    }
}
