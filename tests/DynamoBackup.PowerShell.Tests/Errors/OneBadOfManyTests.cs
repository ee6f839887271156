using System.Globalization;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>One bad table of many is one error that does not end the command; the others complete.</summary>
public sealed class OneBadOfManyTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("Backup-DynamoTable {0}, no-such-table, {1} $store @aws")]
    [InlineData("'{0}', 'no-such-table', '{1}' | Backup-DynamoTable -Destination $store @aws")]
    [InlineData("Backup-DynamoTable {0}, no-such-table, {1} $store -ErrorAction Continue @aws")]
    public async Task A_missing_table_among_others_is_one_error(string script)
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var run = Shell.Run(string.Format(CultureInfo.InvariantCulture, script, one, two));
        ExpectedError.Of("Backup", "TableNotFound", "ObjectNotFound", "no-such-table", "Check the name (it is case-sensitive)").AssertIs(run.SingleError());
        Assert.Equal([one, two], run.Output.Select(backup => backup.Text("TableName")));
        Assert.All(Shell.Run("Test-DynamoBackup -Source $store").Succeeded(), proof => Assert.True(proof.Is("IsValid")));
        Assert.DoesNotContain(Store.Folders, folder => folder.StartsWith("no-such-table", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_missing_table_is_an_error_of_its_own()
    {
        var table = await CreateTableAsync();
        var run = Shell.Run($"Backup-DynamoTable missing-1, {table}, missing-2 $store @aws");
        Assert.Null(run.Failure);
        Assert.Equal(["missing-1", "missing-2"], run.Errors.Select(error => error.TargetObject));
        Assert.Single(run.Output);
    }

    [Fact]
    public void A_missing_table_leaves_no_store_behind()
    {
        Shell.Run("Backup-DynamoTable no-such-table $store @aws").SingleError();
        Store.AssertEmpty();
    }

    [Fact]
    public async Task A_table_that_fails_in_mid_scan_leaves_nothing_and_the_next_is_backed_up()
    {
        var (bad, good) = (await CreateTableAsync(items: 30), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            // One page an item, and the third page of each segment is refused: some data is stored by then.
            if (exchange.Operation == "Scan" && exchange.RequestJson() is var json && (string?)json["TableName"] == bad)
            {
                json["Limit"] = 1;
                exchange.ReplaceRequest(json);
                if (exchange.OperationNumber > 8) exchange.Respond(DynamoErrors.Validation("The table has a new problem"));
            }

            return Task.CompletedTask;
        };
        var run = Shell.Run($"Backup-DynamoTable {bad}, {good} $store -Segments 2 -Compression None @aws");
        Assert.StartsWith("RequestRefused,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(bad, run.SingleError().TargetObject);
        Assert.Equal(good, Assert.Single(run.Output).Text("TableName"));
        Assert.DoesNotContain(Store.Folders, folder => folder.StartsWith(bad, StringComparison.Ordinal));
        Assert.Equal(good, Shell.Run("Get-DynamoBackup -Source $store").Single().Text("TableName"));
    }

    [Fact]
    public async Task A_page_that_does_not_count_right_is_an_error_and_no_backup()
    {
        var table = await CreateTableAsync(items: 10);
        await using var proxy = await StartProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.ResponseJson() is var json && json["Items"]!.AsArray() is { Count: > 0 } items)
            {
                items.RemoveAt(0);
                exchange.ReplaceResponse(json);
            }

            return Task.CompletedTask;
        };
        ExpectedError.Of("Backup", "AccountingMismatch", "InvalidData", table, "nothing of this run is kept")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table} $store @aws").SingleError());
        Store.AssertEmpty();
    }

    [Fact]
    public async Task Errors_stop_the_command_where_the_user_says_so()
    {
        var table = await CreateTableAsync();
        var run = Shell.Run($"Backup-DynamoTable no-such-table, {table} $store -ErrorAction Stop @aws");
        ExpectedError.Of("Backup", "TableNotFound", "ObjectNotFound", "no-such-table", "Check the name").AssertIs(run.EndedBy());
        Store.AssertEmpty();
    }

    [Fact]
    public async Task Errors_can_be_caught_by_their_type_and_code()
    {
        await CreateBackupAsync();
        var caught = Shell.Run(
            """
            try { Backup-DynamoTable no-such-table $store -ErrorAction Stop @aws }
            catch [DynamoBackup.DynamoBackupException] { "$($_.Exception.Code) $($_.Exception.Target)" }
            """).Single();
        Assert.Equal("TableNotFound no-such-table", caught.BaseObject);
    }

    [Fact]
    public async Task Errors_can_be_ignored()
    {
        var table = await CreateTableAsync();
        var run = Shell.Run($"Backup-DynamoTable no-such-table, {table} $store -ErrorAction SilentlyContinue -ErrorVariable missed @aws");
        Assert.Equal(table, run.Single().Text("TableName"));
        Assert.Equal("no-such-table", Shell.Run("$missed[0].TargetObject").Single().BaseObject);
    }
}
