using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.WhatIf;

/// <summary>A restore asks before it writes; a backup does not.</summary>
public sealed class ConfirmTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const int Yes = 0;
    private const int YesToAll = 1;
    private const int No = 2;

    [Theory]
    [InlineData("Backup-DynamoTable", "Low", true)]
    [InlineData("Restore-DynamoTable", "High", true)]
    [InlineData("Remove-DynamoBackup", "High", true)]
    [InlineData("Get-DynamoBackup", "None", false)]
    [InlineData("Get-DynamoBackupItem", "None", false)]
    [InlineData("Test-DynamoBackup", "None", false)]
    [InlineData("Compare-DynamoBackup", "None", false)]
    public void What_writes_can_be_asked_and_what_overwrites_asks(string cmdlet, string impact, bool asks)
    {
        var type = (Type)Shell.Run($"(Get-Command {cmdlet}).ImplementingType").Single().BaseObject;
        var attribute = (CmdletAttribute)type.GetCustomAttributes(typeof(CmdletAttribute), inherit: false).Single();
        Assert.Equal(impact, attribute.ConfirmImpact.ToString());
        Assert.Equal(asks, attribute.SupportsShouldProcess);
    }

    [Fact]
    public async Task A_restore_with_nobody_to_ask_is_an_error_that_names_the_way_out()
    {
        var source = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        var run = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable another-table @aws");
        ExpectedError.Of("Restore", "ConfirmationRequired", "InvalidOperation", "another-table", "Nothing was done. Give -Confirm:$false.").AssertIs(run.SingleError());
        AssertNothingWritten(proxy);
        Assert.False(await Dynalite.ExistsAsync("another-table"));
    }

    [Theory]
    [InlineData("Overwrite", "-Confirm:$false", "Give -Force.")]
    [InlineData("Replace", "-Confirm:$false", "Give -Force.")]
    [InlineData("Replace", "-Force", "Give -Confirm:$false.")]
    [InlineData("Replace", "", "Give -Confirm:$false, and -Force, for the table holds items.")]
    public async Task Writing_over_items_with_nobody_to_ask_is_an_error_that_names_the_way_out(string mode, string given, string way)
    {
        var table = await CreateBackupAsync();
        await Dynalite.PutOtherAsync(table, index: 1);
        await using var proxy = await StartProxyAsync();
        var run = Shell.Run($"Restore-DynamoTable {table} $store -Mode {mode} {given} -WorkingDirectory '{Folder.Combine("work")}' @aws");
        ExpectedError.Of("Restore", "ConfirmationRequired", "InvalidOperation", table, way).AssertIs(run.SingleError());
        AssertNothingWritten(proxy);
    }

    [Theory]
    [InlineData("-Confirm:$false", "Give -Force.")]
    [InlineData("", "Give -Confirm:$false, and -Force, for it is the last sound backup of the table there.")]
    public async Task Removing_the_last_backup_with_nobody_to_ask_is_an_error_that_names_the_way_out(string given, string way)
    {
        var table = await CreateBackupAsync();
        var before = Store.Files;
        ExpectedError.Of("Remove", "ConfirmationRequired", "InvalidOperation", table, way).AssertIs(Shell.Run($"Get-DynamoBackup -Source $store | Remove-DynamoBackup {given}").SingleError());
        Assert.Equal(before, Store.Files);
    }

    [Fact]
    public async Task A_backup_that_is_to_ask_and_cannot_is_an_error_that_names_the_way_out()
    {
        var table = await CreateTableAsync();
        ExpectedError.Of("Backup", "ConfirmationRequired", "InvalidOperation", table, "Give -Confirm:$false.").AssertIs(Shell.Run($"Backup-DynamoTable {table} $store -Confirm @aws").SingleError());
        Assert.False(Directory.Exists(Store.Path));
    }

    [Fact]
    public async Task Force_skips_only_the_question_about_items()
    {
        var table = await CreateBackupAsync();
        await using var proxy = await StartProxyAsync();
        var questions = Answer(No);
        Assert.Empty(Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Force @aws").Succeeded());
        Assert.Single(questions);
        AssertNothingWritten(proxy);
    }

    [Fact]
    public async Task A_backup_asks_only_where_it_is_told_to()
    {
        var table = await CreateTableAsync();
        var questions = Answer(No);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.Empty(questions);
        Assert.Empty(Shell.Run($"Backup-DynamoTable {table} $store -Confirm @aws").Succeeded());
        Assert.Contains($"\"{table}\"", Assert.Single(questions), StringComparison.Ordinal);
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    [Fact]
    public async Task Each_table_is_asked_about_once_and_Yes_to_All_answers_for_the_rest()
    {
        await CreateLostTablesAsync("-a", "-b", "-c");
        var questions = Answer(YesToAll);
        Assert.Equal(3, Shell.Run("Restore-DynamoTable '*' $store @aws").Succeeded().Count);
        Assert.Single(questions);
    }

    [Fact]
    public async Task A_table_that_is_refused_is_left_out_and_the_others_restored()
    {
        var prefix = await CreateLostTablesAsync("-a", "-b", "-c");
        Shell.AnswerChoice = question => question.Contains(prefix + "-b", StringComparison.Ordinal) ? No : Yes;
        Assert.Equal([prefix + "-a", prefix + "-c"], Shell.Run("Restore-DynamoTable '*' $store @aws").Succeeded().Select(result => result.Text("TableName")));
        Assert.False(await Dynalite.ExistsAsync(prefix + "-b"));
    }

    [Fact]
    public async Task The_preference_variable_is_respected()
    {
        await CreateLostTablesAsync("-a");
        var questions = Answer(No);
        Assert.Single(Shell.Run("$ConfirmPreference = 'None'; Restore-DynamoTable '*' $store @aws").Succeeded());
        Assert.Empty(questions);
    }

    private static void AssertNothingWritten(DynamoProxy proxy)
    {
        foreach (var operation in new[] { "CreateTable", "BatchWriteItem", "DeleteTable", "UpdateTable", "UpdateTimeToLive" })
            Assert.Equal(0, proxy.RequestCount(operation));
    }

    private List<string> Answer(int choice)
    {
        var questions = new List<string>();
        Shell.AnswerChoice = question =>
        {
            questions.Add(question);
            return choice;
        };
        return questions;
    }

    /// <summary>Tables that were backed up and then deleted.</summary>
    /// <returns>What their names begin with.</returns>
    private async Task<string> CreateLostTablesAsync(params string[] ends)
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var end in ends)
        {
            await CreateBackupAsync(name: prefix + end);
            await Dynalite.DeleteAsync(prefix + end);
        }

        return prefix;
    }
}
