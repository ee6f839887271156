using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>A limit of capacity that makes no sense ends the command before anything is read; a share of what one table does not tell concerns that table.</summary>
public sealed class CapacityErrorTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("Backup", "Backup-DynamoTable t $store -MaxReadUnits 10 -ReadCapacityPercent 10 @aws", "either -MaxReadUnits or -ReadCapacityPercent")]
    [InlineData("Test", "Test-DynamoBackup t $store -Level Live -MaxReadUnits 10 -ReadCapacityPercent 10 @aws", "either -MaxReadUnits or -ReadCapacityPercent")]
    [InlineData("Restore", "Restore-DynamoTable t $store -MaxWriteUnits 10 -WriteCapacityPercent 10 @aws", "either -MaxWriteUnits or -WriteCapacityPercent")]
    [InlineData("Test", "Test-DynamoBackup t $store -MaxReadUnits 10", "-MaxReadUnits goes with -Level Live")]
    [InlineData("Test", "Test-DynamoBackup t $store -Level Content -ReadCapacityPercent 10", "-ReadCapacityPercent goes with -Level Live")]
    public void What_does_not_go_together_ends_the_command(string command, string script, string nextStep) =>
        ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", null, nextStep).AssertIs(Shell.Run(script).EndedBy());

    [Fact]
    public async Task A_share_of_what_one_table_does_not_tell_is_that_tables_error()
    {
        var (unknown, known) = (await CreateTableAsync(), await CreateTableAsync(shape: new DynamoBackup.Testing.TableShape { Provisioned = true }));
        var run = Shell.Run($"Backup-DynamoTable {unknown}, {known} $store -ReadCapacityPercent 50 -Verbose @aws");
        ExpectedError.Of("Backup", "CapacityUnknown", "InvalidArgument", unknown, "-MaxReadUnits").AssertIs(run.SingleError());
        Assert.Equal(known, Assert.Single(run.Output).Text("TableName"));
        Assert.Contains(run.Verbose, message => message.Contains("limited to 50 units/s (50 % of 100, its provisioned units)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Comparing_and_restoring_take_a_share_as_well()
    {
        var table = await CreateBackupAsync(shape: new DynamoBackup.Testing.TableShape { Provisioned = true });
        var test = Shell.Run($"Test-DynamoBackup {table} $store -Level Live -ReadCapacityPercent 50 -Verbose @aws");
        Assert.Equal("True", test.Single().Text("IsValid"));
        Assert.Contains(test.Verbose, message => message.Contains("limited to 50 units/s", StringComparison.Ordinal));
        var restore = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {Dynalite.UniqueName()} -WriteCapacityPercent 50 -Verify -Confirm:$false -Verbose @aws");
        Assert.Equal("True", restore.Single().Text("Verified"));
        Assert.Contains(restore.Verbose, message => message.Contains("limited to 25 units/s (50 % of 50, its provisioned units)", StringComparison.Ordinal));
    }
}
