using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>A table in use becomes the backup, or gets what it lacks; only what differs is written.</summary>
public sealed class ReplaceTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const int Yes = 0;

    [Theory]
    [InlineData("")]
    [InlineData("-Safe")]
    public async Task A_table_becomes_exactly_the_backup(string safe)
    {
        var (table, sound) = await CreateChangedAsync();
        var restored = Shell.Run($"Restore-DynamoTable {table} $store -Mode Replace {safe} -Force -Verify -Confirm:$false {Work} @aws").Single();
        Assert.Equal("Replace", restored.Text("Mode"));
        Assert.Equal((40L, 6L, 3L, 34L, 0L), (restored.Number("ItemsRead"), restored.Number("Written"), restored.Number("Deleted"), restored.Number("Unchanged"), restored.Number("Skipped")));
        Assert.True(restored.Is("Verified"));
        Assert.Equal(sound, await Dynalite.ReadAsync(table));
        Assert.Empty(Leavings.In(Folder.Combine("work")));
    }

    [Fact]
    public async Task A_table_gets_only_what_it_lacks()
    {
        var (table, _) = await CreateChangedAsync();
        var before = await Dynalite.ReadAsync(table);
        var restored = Shell.Run($"Restore-DynamoTable {table} $store -Mode Supplement -Force -Verify -Confirm:$false {Work} @aws").Single();
        Assert.Equal((4L, 0L, 34L, 2L), (restored.Number("Written"), restored.Number("Deleted"), restored.Number("Unchanged"), restored.Number("Skipped")));
        Assert.True(restored.Is("Verified"));
        Assert.Equal("ItemsSkipped", Assert.Single(restored.Findings()).Text("Kind"));
        Assert.Empty(before.Except(await Dynalite.ReadAsync(table)));
    }

    [Theory]
    [InlineData("Replace", "\"Replace by 40 items", ": 4 to add, 2 to change, 3 to delete, 34 unchanged; up to ")]
    [InlineData("Supplement", "\"Supplement from 40 items", ": 4 to add, 2 that the table holds otherwise and keeps, 34 unchanged; up to ")]
    [InlineData("Overwrite", "\"Overwrite with 40 items", ": 4 to add, 2 to change, 34 to write as they are, 3 others in the table stay; up to ")]
    public async Task What_would_be_done_is_told_and_not_done(string mode, string action, string differences)
    {
        var (table, _) = await CreateChangedAsync();
        var before = await Dynalite.ReadAsync(table);
        await using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show($"Restore-DynamoTable {table} $store -Mode {mode} {Work} -WhatIf @aws"), screen.ToString());
        var said = screen.ToString();
        Assert.Contains(action, said, StringComparison.Ordinal);
        Assert.Contains(differences, said, StringComparison.Ordinal);
        Assert.Equal(before, await Dynalite.ReadAsync(table));
        Assert.Empty(Leavings.In(Folder.Combine("work")));
    }

    [Fact]
    public async Task The_question_tells_how_many_are_deleted_and_the_table_is_scanned_once()
    {
        var (table, sound) = await CreateChangedAsync();
        await using var proxy = await StartProxyAsync();
        var questions = new List<(string Text, int Writes)>();
        Shell.AnswerChoice = question =>
        {
            questions.Add((question, proxy.RequestCount("BatchWriteItem")));
            return Yes;
        };

        Shell.Run($"Restore-DynamoTable {table} $store -Mode Replace {Work} @aws").Single();

        Assert.Equal(2, questions.Count);
        Assert.Contains("3 to delete", questions[0].Text, StringComparison.Ordinal);
        Assert.Contains("4 items will be added, 2 changed and 3 deleted", questions[1].Text, StringComparison.Ordinal);
        Assert.All(questions, question => Assert.Equal(0, question.Writes));
        Assert.Equal(sound, await Dynalite.ReadAsync(table));
        // A look whether there are items, and one scan in segments: two a processor at most.
        Assert.InRange(proxy.RequestCount("Scan"), 2, 1 + Environment.ProcessorCount * 2);
    }

    [Fact]
    public async Task A_refusal_leaves_the_table_and_no_temporary_file()
    {
        var (table, _) = await CreateChangedAsync();
        var before = await Dynalite.ReadAsync(table);
        const int No = 1;
        Shell.AnswerChoice = _ => No;
        Assert.Empty(Shell.Run($"Restore-DynamoTable {table} $store -Mode Replace -Confirm:$false {Work} @aws").Succeeded());
        Assert.Equal(before, await Dynalite.ReadAsync(table));
        Assert.Empty(Leavings.In(Folder.Combine("work")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_for_temporary_files_ends_the_command()
    {
        var (table, _) = await CreateChangedAsync();
        await File.WriteAllTextAsync(Folder.Combine("work"), "a file", Cancel);
        var error = Shell.Run($"Restore-DynamoTable {table} $store -Mode Replace -Force -Confirm:$false {Work} @aws").EndedBy();
        Assert.StartsWith("WorkingDirectoryFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("-WorkingDirectory", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_test_before_a_damaged_file_is_found_as_it_is_read_and_the_new_table_goes()
    {
        var table = await CreateBackupAsync(items: 40);
        var target = Dynalite.UniqueName("copy");
        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -SkipVerification -Verify -Confirm:$false @aws").Single().Is("Verified"));
        var file = Directory.GetFiles(Store.Path, "*.json.gz", SearchOption.AllDirectories).First(name => new FileInfo(name).Length > 200);
        var bytes = await File.ReadAllBytesAsync(file, Cancel);
        // The time in gzip's header: nothing but a checksum of the file tells.
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancel);
        var other = Dynalite.UniqueName("copy");
        var error = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {other} -SkipVerification -Confirm:$false @aws").SingleError();
        Assert.StartsWith("BackupDamaged", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("SHA-256", error.Exception.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.ExistsAsync(other));
    }

    private string Work => $"-WorkingDirectory '{Folder.Combine("work")}'";

    /// <summary>A table of 40 items that was backed up; by now 4 are missing, 2 are otherwise and 3 are new.</summary>
    [Theory]
    [InlineData("-Mode Replace -Where { $_.pk -eq 'x' }")]
    [InlineData("-Mode Supplement -Where { $true }")]
    [InlineData("-Mode Replace -Key @{ pk = 'x' }")]
    [InlineData("-Mode Overwrite -Resume -Where { $true }")]
    public async Task A_selection_of_items_is_refused_where_it_would_not_be_kept_to(string parameters)
    {
        var (table, _) = await CreateChangedAsync();
        var before = await Dynalite.ReadAsync(table);
        Assert.StartsWith("InvalidArgument,", Caught($"Restore-DynamoTable {table} $store {parameters} -Force -Confirm:$false {Work} @aws"), StringComparison.Ordinal);
        Assert.Equal(before, await Dynalite.ReadAsync(table));
    }

    [Theory]
    [InlineData("Backup-DynamoTable Orders $store -Timeout 30 @aws", "New-TimeSpan -Hours 6")]
    [InlineData("Remove-DynamoBackup Orders $store -Unfinished -OlderThan 7 -Confirm:$false", "New-TimeSpan -Days 7")]
    public async Task A_bare_number_is_no_time(string command, string hint)
    {
        await CreateBackupAsync(items: 1);
        Assert.Contains(hint, Caught(command), StringComparison.Ordinal);
    }

    private string Caught(string command) => Shell.Run($$"""try { {{command}} -ErrorAction Stop; 'nothing' } catch { "$($_.FullyQualifiedErrorId) $_" }""").Single().ToString();

    private async Task<(string Table, IReadOnlyList<string> Sound)> CreateChangedAsync()
    {
        var table = await CreateBackupAsync(items: 40);
        var sound = await Dynalite.ReadAsync(table);
        await SampleTables.DeleteAsync(Dynalite.Client, table, Enumerable.Range(0, 4).Select(index => new Dictionary<string, AttributeValue> { ["pk"] = Attr.S(MixedItems.KeyAt(index)) }), Cancel);
        await SampleTables.FillAsync(Dynalite.Client, table, MixedItems.Create(3, seed: 9).Select(item => new Dictionary<string, AttributeValue> { ["pk"] = item["pk"], ["status"] = item["status"] }), cancellationToken: Cancel);
        await Dynalite.PutOtherAsync(table, index: 10);
        await Dynalite.PutOtherAsync(table, index: 11);
        return (table, sound);
    }
}
