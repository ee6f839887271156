using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>A denied permission is an error about one table: another table's may be granted.</summary>
public sealed class PermissionTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("DescribeTable")]
    [InlineData("Scan")]
    public async Task A_backup_that_may_not_read_one_table_goes_on_with_the_next(string operation)
    {
        var (denied, allowed) = (await CreateTableAsync(items: 20), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == operation && (string?)exchange.RequestJson()["TableName"] == denied)
                exchange.Respond(DynamoErrors.AccessDenied($"dynamodb:{operation}"));
            return Task.CompletedTask;
        };

        var run = Shell.Run($"Backup-DynamoTable {denied}, {allowed} $store @aws");
        ExpectedError.Of("Backup", "AccessDenied", "PermissionDenied", denied, "Grant the action to the identity in use").AssertIs(run.SingleError());
        Assert.Contains($"dynamodb:{operation}", run.SingleError().Exception.Message, StringComparison.Ordinal);
        Assert.Equal(allowed, Assert.Single(run.Output).Text("TableName"));
        Assert.DoesNotContain(Store.Folders, folder => folder.StartsWith(denied, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_permission_to_list_tables_wildcards_fail_and_names_work()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync("ListTables", () => DynamoErrors.AccessDenied("dynamodb:ListTables"));
        var run = Shell.Run($"Backup-DynamoTable 'some*', {table} $store @aws");
        ExpectedError.Of("Backup", "AccessDenied", "PermissionDenied", null, "Grant the action").AssertIs(run.SingleError());
        Assert.Equal(table, Assert.Single(run.Output).Text("TableName"));
    }

    [Fact]
    public async Task Without_permission_to_read_time_to_live_the_backup_is_made_with_a_warning()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync("DescribeTimeToLive", () => DynamoErrors.AccessDenied("dynamodb:DescribeTimeToLive"));
        var run = Shell.Run($"Backup-DynamoTable {table} $store @aws | Test-DynamoBackup -Level Content");
        Assert.True(run.Single().Is("IsValid"));
        Assert.Contains("TimeToLive (permission denied: dynamodb:DescribeTimeToLive)", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DescribeTable")]
    [InlineData("CreateTable")]
    [InlineData("BatchWriteItem")]
    public async Task A_restore_that_may_not_write_leaves_no_table(string operation)
    {
        var source = await CreateBackupAsync(items: 20);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync(operation, () => DynamoErrors.AccessDenied($"dynamodb:{operation}"));
        var run = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws");
        ExpectedError.Of("Restore", "AccessDenied", "PermissionDenied", target, "Grant the action").AssertIs(run.SingleError());
        Assert.Empty(run.Output);
        Assert.False(await Dynalite.ExistsAsync(target));
        if (operation == "BatchWriteItem") Assert.Contains("was deleted again", run.SingleError().Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_may_not_be_deleted_again_is_named()
    {
        var source = await CreateBackupAsync(items: 20);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is "BatchWriteItem" or "DeleteTable") exchange.Respond(DynamoErrors.AccessDenied($"dynamodb:{exchange.Operation}"));
            return Task.CompletedTask;
        };
        var error = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "AccessDenied", "PermissionDenied", target, "delete it by hand").AssertIs(error);
        Assert.True(await Dynalite.ExistsAsync(target));
    }

    [Fact]
    public async Task A_denied_write_into_an_existing_table_deletes_nothing()
    {
        var table = await CreateBackupAsync(items: 20);
        var before = await Dynalite.ReadAsync(table);
        await using var proxy = await StartProxyAsync("BatchWriteItem", () => DynamoErrors.AccessDenied("dynamodb:BatchWriteItem"));
        var error = Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Force -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "AccessDenied", "PermissionDenied", table, "run the same command again").AssertIs(error);
        Assert.Equal(0, proxy.RequestCount("DeleteTable"));
        Assert.Equal(before, await Dynalite.ReadAsync(table));
    }

    [Fact]
    public async Task A_live_test_that_may_not_read_the_table_is_an_error_and_no_verdict()
    {
        var table = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync("Scan", () => DynamoErrors.AccessDenied());
        var run = Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws");
        ExpectedError.Of("Test", "AccessDenied", "PermissionDenied", table, "Grant the action").AssertIs(run.SingleError());
        Assert.Empty(run.Output);
    }
}
