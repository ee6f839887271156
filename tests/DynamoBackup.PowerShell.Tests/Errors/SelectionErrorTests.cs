using System.Globalization;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>What is asked for by name or id and is not there is an error; what a wildcard does not match is none.</summary>
public sealed class SelectionErrorTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string UnknownId = "01795383125482-2f0d84aa";

    [Theory]
    [InlineData("Get", "Get-DynamoBackup -Source $store -Id 01795383125482-2f0d84aa")]
    [InlineData("Test", "Test-DynamoBackup -Source $store -Id 01795383125482-2f0d84aa")]
    [InlineData("Restore", "Restore-DynamoTable -Source $store -Id 01795383125482-2f0d84aa -Confirm:$false @aws")]
    public async Task An_id_that_no_backup_has_is_an_error(string command, string script)
    {
        await CreateBackupAsync();
        var run = Shell.Run(script);
        ExpectedError.Of(command, "BackupNotFound", "ObjectNotFound", UnknownId, "List what is there with: Get-DynamoBackup").AssertIs(run.SingleError());
        Assert.Contains(Store.Path, run.SingleError().Exception.Message, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("Get", "Get-DynamoBackup -Source $store -Id {0}")]
    [InlineData("Test", "Test-DynamoBackup -Source $store -Id {0}")]
    [InlineData("Restore", "Restore-DynamoTable -Source $store -Id {0} -Confirm:$false @aws")]
    public async Task An_id_of_another_form_ends_the_command(string command, string script)
    {
        await CreateBackupAsync();
        foreach (var id in new[] { "latest", "01795383125482", "01795383125482-2F0D84AA", "../../etc" })
        {
            var run = Shell.Run(string.Format(CultureInfo.InvariantCulture, script, id));
            ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", id, "Get-DynamoBackup lists them").AssertIs(run.EndedBy());
        }
    }

    [Theory]
    [InlineData("Get", "Get-DynamoBackup nosuch, {0}, 'x*' $store")]
    [InlineData("Test", "Test-DynamoBackup nosuch, {0}, 'x*' $store")]
    public async Task A_missing_name_is_an_error_and_the_others_are_found(string command, string script)
    {
        var table = await CreateBackupAsync();
        var run = Shell.Run(string.Format(CultureInfo.InvariantCulture, script, table));
        ExpectedError.Of(command, "BackupNotFound", "ObjectNotFound", "nosuch", "List what is there with: Get-DynamoBackup").AssertIs(run.SingleError());
        Assert.Equal(table, Assert.Single(run.Output).Text("TableName"));
    }

    [Fact]
    public async Task A_name_without_a_backup_in_the_time_asked_for_is_an_error_that_says_so()
    {
        var table = await CreateBackupAsync();
        var error = Shell.Run($"Get-DynamoBackup {table} $store -Before 2001-01-01").SingleError();
        ExpectedError.Of("Get", "BackupNotFound", "ObjectNotFound", table, "List what is there with: Get-DynamoBackup").AssertIs(error);
        Assert.Contains("that fits -Before.", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store -Before 2001-01-01").Succeeded());
    }

    [Theory]
    [InlineData("Get-DynamoBackup 'x*' $store")]
    [InlineData("Get-DynamoBackup 'x*' $store -Latest")]
    [InlineData("Test-DynamoBackup 'x*' $store")]
    [InlineData("Restore-DynamoTable 'x*' $store -Confirm:$false @aws")]
    [InlineData("Backup-DynamoTable 'no-such-table-*' $store @aws")]
    public async Task A_wildcard_without_match_is_silent(string script)
    {
        await CreateBackupAsync();
        var run = Shell.Run(script);
        Assert.Empty(run.Succeeded());
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task Verbose_tells_that_a_wildcard_matches_no_table()
    {
        await CreateTableAsync();
        var run = Shell.Run("Backup-DynamoTable 'nothing-like-this-*' $store -Verbose @aws");
        Assert.Empty(run.Succeeded());
        Assert.Empty(run.Warnings);
        Assert.Contains(run.Verbose, message => message.StartsWith("'nothing-like-this-*' matches 0 of ", StringComparison.Ordinal) && message.Contains("nothing to back up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restore_of_nothing_in_particular_is_refused()
    {
        await CreateBackupAsync();
        ExpectedError.Of("Restore", "InvalidArgument", "InvalidArgument", null, "-TableName, -Id, or a backup from the pipeline")
            .AssertIs(Shell.Run("Restore-DynamoTable -Source $store -Confirm:$false @aws").EndedBy());
    }

    [Fact]
    public async Task One_target_takes_one_backup()
    {
        var prefix = Dynalite.UniqueName("prod");
        await CreateBackupAsync(name: prefix + "-a");
        await CreateBackupAsync(name: prefix + "-b");
        ExpectedError.Of("Restore", "InvalidArgument", "InvalidArgument", prefix + "-c", "Narrow the selection, or leave -TargetTable out")
            .AssertIs(Shell.Run($"Restore-DynamoTable '{prefix}*' $store -TargetTable {prefix}-c -Confirm:$false @aws").EndedBy());
        Assert.False(await Dynalite.ExistsAsync(prefix + "-c"));
    }

    [Fact]
    public async Task One_target_takes_one_backup_of_a_pipeline()
    {
        var (one, two, target) = (await CreateBackupAsync(items: 2), await CreateBackupAsync(items: 2), Dynalite.UniqueName("copy"));
        var run = Shell.Run($"'{one}', '{two}' | Get-DynamoBackup -Source $store | Restore-DynamoTable -TargetTable {target} -Confirm:$false @aws");
        Assert.Equal(target, Assert.Single(run.Output).Text("TableName"));
        Assert.StartsWith("InvalidArgument,", run.Failure?.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(await Dynalite.ReadAsync(one), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task Tables_of_one_name_in_two_accounts_are_told_apart_by_their_arn()
    {
        var table = await CreateBackupAsync();
        var arn = (await Dynalite.DescribeAsync(table)).TableArn;
        var otherArn = arn.Replace("000000000000", "111111111111", StringComparison.Ordinal);
        await using var proxy = await StartProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "DescribeTable" && exchange.ResponseJson() is var json)
            {
                json["Table"]!["TableArn"] = otherArn;
                exchange.ReplaceResponse(json);
            }

            return Task.CompletedTask;
        };
        var other = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.Equal(otherArn, other.Text("TableArn"));
        proxy.OnResponse = null;

        var target = Dynalite.UniqueName("copy");
        var run = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Confirm:$false @aws");
        var error = Assert.Single(run.Failure is null ? run.Errors : [run.Failure]);
        ExpectedError.Of("Restore", "BackupAmbiguous", "InvalidArgument", table, "Give one ARN as -TableName, or an -Id").AssertIs(error);
        Assert.Contains(otherArn, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, Shell.Run($"Get-DynamoBackup {table} $store -Latest").Succeeded().Count);
        Assert.Equal(other.Text("Id"), Shell.Run($"Restore-DynamoTable {otherArn} $store -TargetTable {target} -Confirm:$false @aws").Single().Text("BackupId"));
    }

    [Theory]
    [InlineData("Structure")]
    [InlineData("Checksum")]
    [InlineData("Content")]
    public async Task A_live_table_is_compared_at_level_Live_only(string level)
    {
        await CreateBackupAsync();
        ExpectedError.Of("Test", "InvalidArgument", "InvalidArgument", null, "-TargetTable goes with -Level Live")
            .AssertIs(Shell.Run($"Test-DynamoBackup -Source $store -Level {level} -TargetTable orders").EndedBy());
    }

    [Fact]
    public async Task A_piped_backup_that_was_deleted_is_an_error_about_that_one()
    {
        var table = await CreateTableAsync();
        Shell.Run($"$made = @(Backup-DynamoTable {table}, {table} $store @aws)").Succeeded();
        Shell.Run("$first = $made[0].Path; $second = $made[1].Id").Succeeded();
        var path = Shell.Get("first")!.ToString()!;
        Directory.Delete(Path.Combine(Store.Path, path), recursive: true);
        var run = Shell.Run("$made | Test-DynamoBackup");
        ExpectedError.Of("Test", "BackupNotFound", "ObjectNotFound", path, "List what is there with: Get-DynamoBackup").AssertIs(run.SingleError());
        Assert.Equal(Shell.Get("second")!.ToString(), Assert.Single(run.Output).Text("Id"));
    }
}
