using Amazon.DynamoDBv2;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>A target that does not fit is refused before anything is written, and the other tables are restored.</summary>
public sealed class TargetErrorTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("")]
    [InlineData("-Mode NewTable")]
    [InlineData("-Force")]
    public async Task A_table_that_holds_items_is_not_written_to_without_being_told(string parameter)
    {
        var table = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        var error = Shell.Run($"Restore-DynamoTable {table} $store {parameter} -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "ResourceExists", "ResourceExists", table, "-TargetTable").AssertIs(error);
        Assert.Contains("-Mode Overwrite", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, Writes(proxy));
    }

    [Theory]
    [InlineData(null, "N")]
    [InlineData("S", "N")]
    [InlineData("N", null)]
    [InlineData("N", "S")]
    public async Task A_table_with_another_key_is_refused(string? sourceRange, string? targetRange)
    {
        var source = await CreateBackupAsync(items: 0, shape: Shape(sourceRange));
        var target = await CreateTableAsync(items: 0, shape: Shape(targetRange));
        await using var proxy = await StartProxyAsync();
        foreach (var mode in new[] { "", "-Mode Overwrite -Force" })
        {
            var error = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} {mode} -Confirm:$false @aws").SingleError();
            ExpectedError.Of("Restore", "KeySchemaMismatch", "InvalidArgument", target, "or under a new name with -TargetTable").AssertIs(error);
            Assert.Contains("pk (S)", error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, Writes(proxy));
    }

    [Fact]
    public async Task A_table_to_overwrite_must_be_there()
    {
        var source = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        var error = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable no-such-table -Mode Overwrite -Force -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "TableNotFound", "ObjectNotFound", "no-such-table", "leave -Mode out, and the table is created").AssertIs(error);
        Assert.Equal(0, Writes(proxy));
    }

    [Fact]
    public async Task A_table_that_is_just_being_created_or_deleted_is_not_touched()
    {
        var source = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        foreach (var status in new[] { "CREATING", "DELETING" })
        {
            proxy.OnResponse = exchange =>
            {
                if (exchange.Operation == "DescribeTable" && exchange.ResponseJson() is var json)
                {
                    json["Table"]!["TableStatus"] = status;
                    exchange.ReplaceResponse(json);
                }

                return Task.CompletedTask;
            };
            ExpectedError.Of("Restore", "TableNotReady", "ResourceBusy", source, "Wait until that has ended")
                .AssertIs(Shell.Run($"Restore-DynamoTable {source} $store -Mode Overwrite -Force -Confirm:$false @aws").SingleError());
            ExpectedError.Of("Backup", "TableNotReady", "ResourceBusy", source, "Wait until it is ACTIVE")
                .AssertIs(Shell.Run($"Backup-DynamoTable {source} $store @aws").SingleError());
        }

        Assert.Equal(0, Writes(proxy));
    }

    [Fact]
    public async Task One_target_in_the_way_does_not_stop_the_others()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b", "-c" }) await CreateBackupAsync(name: prefix + name);
        await Dynalite.DeleteAsync(prefix + "-a", prefix + "-c");

        var run = Shell.Run($"Restore-DynamoTable '{prefix}-*' $store -Verify -Confirm:$false @aws");
        ExpectedError.Of("Restore", "ResourceExists", "ResourceExists", prefix + "-b", "-TargetTable").AssertIs(run.SingleError());
        Assert.Equal([prefix + "-a", prefix + "-c"], run.Output.Select(result => result.Text("TableName")));
        Assert.All(run.Output, result => Assert.True(result.Is("Verified")));
    }

    [Fact]
    public async Task A_limit_of_the_account_is_an_error_that_says_what_to_do()
    {
        var source = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync("CreateTable", () => DynamoErrors.Error(
            400, "com.amazonaws.dynamodb.v20120810#LimitExceededException", "Subscriber limit exceeded: There is a limit of 256 tables per subscriber"));
        ExpectedError.Of("Restore", "LimitExceeded", "LimitsExceeded", "another", "have the quota raised")
            .AssertIs(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable another -Confirm:$false @aws").SingleError());
    }

    [Theory]
    [InlineData("a", "")]
    [InlineData("Orders copy", "-Mode Replace")]
    [InlineData("Orders/2", "-WhatIf")]
    [InlineData("Bestellungen-über-alles", "")]
    public async Task A_name_that_no_table_can_have_is_an_error_that_names_the_parameter(string name, string parameters)
    {
        var source = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        var error = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable '{name}' {parameters} -Confirm:$false @aws").EndedBy();
        ExpectedError.Of("Restore", "InvalidArgument", "InvalidArgument", name, $"-TargetTable '{name}' cannot be the name of a table. Give 3 to 255").AssertIs(error);
        Assert.Empty(proxy.Requests);
    }

    private static int Writes(DynamoProxy proxy) =>
        proxy.RequestCount("CreateTable") + proxy.RequestCount("BatchWriteItem") + proxy.RequestCount("DeleteTable") + proxy.RequestCount("UpdateTable");

    private static TableShape Shape(string? rangeType) => new() { RangeKeyType = rangeType is null ? null : new ScalarAttributeType(rangeType) };
}
