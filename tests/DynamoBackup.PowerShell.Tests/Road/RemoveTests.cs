using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>Backups are removed by id, by pipeline, and what was never completed.</summary>
public sealed class RemoveTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Unfinished = "01700000000000-0a1b2c3d";

    [Fact]
    public async Task By_id_one_goes_and_the_others_stay()
    {
        var table = await CreateBackupAsync();
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var removed = Shell.Run("$id = @(Get-DynamoBackup -Source $store)[0].Id; Remove-DynamoBackup -Id $id -Source $store -Confirm:$false").Single();
        Assert.Equal((table, Shell.Get("id"), Store.Path, "Complete"), (removed.Text("TableName"), removed.Text("Id"), removed.Text("Location"), removed.Text("State")));
        Assert.True(removed.Number("Files") >= 7 && removed.Number("Bytes") > 1000);
        Assert.Equal($"{table} {removed.Text("Id")} removed from {Store.Path}", removed.ToString());
        Assert.NotEqual(removed.Text("Id"), Shell.Run("Test-DynamoBackup -Source $store").Single().Text("Id"));
        ExpectedError.Of("Remove", "BackupNotFound", "ObjectNotFound", removed.Text("Id"), "Get-DynamoBackup -Source").AssertIs(Shell.Run("Remove-DynamoBackup -Id $id -Source $store -Confirm:$false").SingleError());
    }

    [Fact]
    public async Task By_pipeline_all_go_and_the_store_is_empty()
    {
        var (one, two) = (await CreateBackupAsync(), await CreateBackupAsync());
        Assert.Equal([one, two], Shell.Run("Get-DynamoBackup -Source $store | Remove-DynamoBackup -Force -Confirm:$false").Succeeded().Select(removed => removed.Text("TableName")));
        Store.AssertEmpty();
    }

    [Fact]
    public async Task A_table_that_does_not_fit_the_id_is_not_found()
    {
        var table = await CreateBackupAsync();
        foreach (var name in new[] { "other", "'oth*'" })
            Assert.StartsWith("BackupNotFound,", Shell.Run($"Remove-DynamoBackup {name} $store -Id (Get-DynamoBackup -Source $store).Id -Confirm:$false").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(Shell.Run($"Remove-DynamoBackup {table} $store -Id (Get-DynamoBackup -Source $store).Id -Confirm:$false -Force").Succeeded());
    }

    [Fact]
    public async Task The_last_sound_backup_of_a_table_is_asked_about_and_force_answers()
    {
        await CreateBackupAsync();
        Shell.AnswerChoice = message => message.Contains("last sound backup", StringComparison.Ordinal) ? 1 : throw new InvalidOperationException(message);
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store | Remove-DynamoBackup -Confirm:$false").Succeeded());
        Assert.Single(Shell.Run("Test-DynamoBackup -Source $store").Succeeded());
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store | Remove-DynamoBackup -Confirm:$false -Force").Succeeded());
    }

    [Fact]
    public async Task What_if_says_files_and_bytes_and_removes_nothing()
    {
        await CreateBackupAsync();
        var before = Store.Files;
        using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show("Get-DynamoBackup -Source $store | Remove-DynamoBackup -WhatIf"), screen.ToString());
        var said = string.Concat(screen.ToString().ReplaceLineEndings("").Split());
        Assert.Matches($"Remove{before.Count}files\\([0-9,]+bytes\\),thelastsoundbackup", said);
        Assert.Equal(before, Store.Files);
    }

    [Fact]
    public void Unfinished_ones_go_when_they_are_old_enough()
    {
        var folder = Path.Combine(Store.Path, "Orders", "AWSDynamoDB", Unfinished);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "_started"), []);
        Assert.Empty(Shell.Run("Remove-DynamoBackup -Source $store -Unfinished -Confirm:$false").Succeeded());
        Assert.Empty(Shell.Run("Remove-DynamoBackup Other $store -Unfinished -OlderThan 0 -Confirm:$false").Succeeded());
        Assert.StartsWith("BackupNotFound,", Shell.Run($"Remove-DynamoBackup -Source $store -Id {Unfinished} -Confirm:$false").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "_started"), DateTime.UtcNow.AddDays(-8));
        var removed = Shell.Run("Remove-DynamoBackup -Source $store -Unfinished -Confirm:$false").Single();
        Assert.Equal(("Orders", Unfinished, "Unfinished", 1), (removed.Text("TableName"), removed.Text("Id"), removed.Text("State"), removed.Number("Files")));
        Store.AssertEmpty();
    }

    [Fact]
    public void Unfinished_ones_go_by_pipeline_unless_a_run_may_be_at_work_on_them()
    {
        var folder = Path.Combine(Store.Path, "Orders", "AWSDynamoDB", Unfinished);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "_started"), []);
        var refused = Shell.Run("$unfinished = Get-DynamoBackup -Source $store -Unfinished; $unfinished | Remove-DynamoBackup -Confirm:$false").SingleError();
        ExpectedError.Of("Remove", "RunInProgress", "ResourceBusy", "Orders", "run the command again after").AssertIs(refused);

        File.SetLastWriteTimeUtc(Path.Combine(folder, "_started"), DateTime.UtcNow.AddMinutes(-20));
        var passedOver = Shell.Run("Remove-DynamoBackup -Source $store -Unfinished -Confirm:$false -Verbose");
        Assert.Empty(passedOver.Succeeded());
        Assert.Contains(passedOver.Verbose, message => message.Contains("or with a shorter -OlderThan before", StringComparison.Ordinal));
        Assert.Empty(Shell.Run("$unfinished | Remove-DynamoBackup -WhatIf").Succeeded());
        var removed = Shell.Run("$unfinished | Remove-DynamoBackup -Confirm:$false").Single();
        Assert.Equal(("Orders", Unfinished, "Unfinished"), (removed.Text("TableName"), removed.Text("Id"), removed.Text("State")));
        Store.AssertEmpty();
        ExpectedError.Of("Remove", "BackupNotFound", "ObjectNotFound", Unfinished, "holds no unfinished backup").AssertIs(Shell.Run("$unfinished | Remove-DynamoBackup -Confirm:$false").SingleError());
    }

    [Theory]
    [InlineData("Remove-DynamoBackup $table $store", "-TableName {0} ")]
    [InlineData("Remove-DynamoBackup -Source $store -Force", "")]
    [InlineData("[pscustomobject]@{ TableName = $table } | Remove-DynamoBackup -Source $store", "-TableName {0} ")]
    public async Task A_tables_name_alone_removes_nothing_and_the_error_says_what_to_give(string command, string filter)
    {
        var table = await CreateBackupAsync();
        Shell.Set("table", table);
        var before = Store.Files;
        var error = Shell.Run($"{command} -Confirm:$false").EndedBy();
        ExpectedError.Of("Remove", "InvalidArgument", "InvalidArgument", null, $"give -Id, or pipe backups from Get-DynamoBackup {filter.Replace("{0}", table, StringComparison.Ordinal)}to Remove-DynamoBackup").AssertIs(error);
        Assert.Equal(before, Store.Files);
    }

    [Fact]
    public async Task A_removal_that_was_cut_off_shows_in_no_listing_and_is_finished_by_its_id()
    {
        var table = await CreateBackupAsync();
        var backup = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Shell.Set("backup", backup);
        var folder = Path.GetDirectoryName(Store.FileEndingIn("_started"))!;
        await File.WriteAllTextAsync(Path.Combine(folder, "_deleting"), $$"""{"tableName":"{{table}}","tableArn":"{{backup.Text("TableArn")}}"}""", Cancel);
        File.Delete(Path.Combine(folder, "manifest-summary.json"));
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
        Assert.StartsWith("BackupNotFound,", Shell.Run("$backup | Test-DynamoBackup").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        var removed = Shell.Run("$backup | Remove-DynamoBackup -Confirm:$false").Single();
        Assert.Equal((table, "BeingDeleted"), (removed.Text("TableName"), removed.Text("State")));
        Store.AssertEmpty();
    }

    [Fact]
    public void A_backup_that_says_it_lies_elsewhere_than_backups_do_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Store.Path, "precious"));
        File.WriteAllText(Path.Combine(Store.Path, "precious", "file"), "x");
        var run = Shell.Run("""
            $forged = [DynamoBackup.BackupInfo]::new()
            foreach ($name in 'TableName', 'TableArn', 'Id') { $forged.GetType().GetProperty($name).SetValue($forged, 'x') }
            $forged.GetType().GetProperty('Location').SetValue($forged, $store)
            $forged.GetType().GetProperty('Path').SetValue($forged, 'precious')
            $forged.GetType().GetProperty('Id').SetValue($forged, '01700000000000-0a1b2c3d')
            $forged | Remove-DynamoBackup -Force -Confirm:$false
            """);
        Assert.StartsWith("UnsafePath,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["precious/file"], Store.Files);
    }
}
