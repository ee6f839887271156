using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Recipes;

/// <summary>The scripts of about_DynamoBackup_Automation, taken out of the topic and run as a scheduler runs them.</summary>
public sealed class AutomationTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Topic = "about_DynamoBackup_Automation";

    [Fact]
    public async Task The_nightly_script_ends_with_0_when_every_table_is_backed_up_and_proved()
    {
        var name = Dynalite.UniqueName("nightly");
        foreach (var table in new[] { name + "-a", name + "-b" }) await CreateTableAsync(name: table);
        var outcome = await RunAsync($"& $file '{name}*'; exit $LASTEXITCODE", "The script");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches($"^{name}-a [0-9a-f-]+: proved$", outcome.Lines[0]);
        Assert.Equal("2 of 2 backups proved, 0 errors", outcome.Lines[^1]);
    }

    [Fact]
    public async Task The_nightly_script_ends_with_1_when_a_table_fails_and_backs_the_others_up()
    {
        var table = await CreateTableAsync();
        var outcome = await RunAsync($"& $file 'nosuchtable', '{table}'; exit $LASTEXITCODE", "The script");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("nosuchtable", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("1 of 1 backups proved, 1 errors", outcome.Lines[^1]);
        Assert.Single(Shell.Run($"Get-DynamoBackup {table} $store").Succeeded());
    }

    [Fact]
    public async Task The_nightly_script_ends_with_1_when_there_is_nothing_to_back_up()
    {
        var outcome = await RunAsync("& $file 'nosuch*'; exit $LASTEXITCODE", "The script");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("0 of 0 backups proved, 0 errors", outcome.Lines[^1]);
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID", "")]
    [InlineData("DYNAMOBACKUP_STORE", "")]
    [InlineData("DYNAMOBACKUP_STORE", "ftp://nowhere")]
    [InlineData("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")]
    public async Task The_nightly_script_ends_with_2_when_it_cannot_run(string variable, string value)
    {
        var outcome = await RunAsync("& $file 'orders'; exit $LASTEXITCODE", "The script", (variable, value));
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("The run ended early: ", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Single(outcome.Lines);
    }

    [Fact]
    public async Task Changes_are_stored_proved_and_merged_by_a_scheduler_and_captured_by_a_service()
    {
        await using var streams = await StreamStandIn.StartAsync(Dynalite.Endpoint, cancellationToken: Cancel);
        Shell.Connect(streams.Endpoint);
        var table = await CreateTableAsync();
        await streams.EnableStreamAsync(table);
        Shell.Run($"Backup-DynamoTable {table} $store -ConsistentRead -StreamSettle 00:00:01 @aws").Single();
        var endpoint = ("AWS_ENDPOINT_URL_DYNAMODB", streams.Endpoint.AbsoluteUri);
        var outcome = await RunAsync($"& $file {table} -Merge; exit $LASTEXITCODE", "Changes every hour", endpoint);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches($"^{table} can be restored up to [0-9: -]+Z$", outcome.Lines[^1]);
        Assert.Equal(["Full", "Full"], Shell.Run($"(Get-DynamoBackup {table} $store | Where-Object Type -EQ Full).Type").Succeeded().Select(type => type.ToString()));

        outcome = await RunAsync($"& $file {table} -Duration 00:00:01; exit $LASTEXITCODE", "Changes all the time", endpoint);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches("^[0-9]{14}-[0-9a-f]{8}: [0-9]+ changes$", outcome.Lines[^1]);
    }

    [Theory]
    [InlineData("Changes every hour", "nosuchtable", 2)]
    [InlineData("Changes all the time", "nosuchtable", 1)]
    [InlineData("Changes every hour", "", 2)]
    [InlineData("Changes all the time", "", 2)]
    public async Task The_scripts_for_changes_tell_their_failure_by_the_exit_code(string heading, string table, int code)
    {
        (string, string)? other = table.Length == 0 ? ("DYNAMOBACKUP_STORE", "") : null;
        Assert.Equal(code, (await RunAsync($"& $file {table}; exit $LASTEXITCODE", heading, other)).ExitCode);
    }

    [Fact]
    public async Task Several_tables_are_backed_up_at_a_time_and_one_that_fails_stops_no_other()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        var outcome = await RunAsync(
            "& $file; exit $LASTEXITCODE", "Several tables at a time",
            edit: code => code.Replace("'Orders', 'Customers', 'Invoices'", $"'{one}', 'nosuchtable', '{two}'", StringComparison.Ordinal));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains($"{one} proved", outcome.Lines);
        Assert.Contains($"{two} proved", outcome.Lines);
        Assert.Contains(outcome.Lines, line => line.StartsWith("nosuchtable FAILED: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_watch_tells_which_table_has_no_sound_backup_of_today()
    {
        var (one, two) = (await CreateBackupAsync(), await CreateTableAsync());
        string Edit(string code) => code.Replace("'Orders', 'Customers'", $"'{one}', '{two}'", StringComparison.Ordinal);
        var late = await RunAsync("& $file; exit $LASTEXITCODE", "Watching from outside", edit: Edit);
        Assert.Equal(1, late.ExitCode);
        Assert.Equal([$"{two} has no sound backup of today"], late.Lines);
        Shell.Run($"Backup-DynamoTable {two} $store @aws").Single();
        var good = await RunAsync("& $file; exit $LASTEXITCODE", "Watching from outside", edit: Edit);
        Assert.Equal(0, good.ExitCode);
        Assert.Empty(good.Lines);
    }

    [Fact]
    public async Task The_drill_restores_under_another_name_and_verifies()
    {
        var table = await CreateBackupAsync(items: 5);
        var outcome = await RunAsync("& $file; exit $LASTEXITCODE", "Restoring as a drill", edit: code => code
            .Replace(" Orders ", $" {table} ", StringComparison.Ordinal)
            .Replace("\"drill-", $"\"{table}-drill-", StringComparison.Ordinal));
        Assert.Equal(["5 items restored, verified: True"], outcome.Succeeded());
    }

    /// <summary>Runs a block of the topic as a file, with no settings but the environment's.</summary>
    private async Task<HostOutcome> RunAsync(string script, string heading, (string Name, string Value)? other = null, Func<string, string>? edit = null)
    {
        var code = TopicSource.Code(Topic, heading);
        var edited = edit?.Invoke(code) ?? code;
        Assert.True(edit is null || edited != code, "The topic's text is not what this test changes.");
        var file = Folder.Combine("recipe.ps1");
        await File.WriteAllTextAsync(file, edited, Cancel);

        // The module is found by name, as on a machine where it is installed; but the host loads none by itself.
        var modules = Directory.CreateDirectory(Folder.Combine("modules")).FullName;
        if (!Directory.Exists(Path.Combine(modules, "DynamoBackup"))) Directory.CreateSymbolicLink(Path.Combine(modules, "DynamoBackup"), BuiltModule.Root);
        var host = new HostProcess(Directory.CreateDirectory(Folder.Combine("home")).FullName) { ImportsModule = !code.Contains("Import-Module", StringComparison.Ordinal) }
            .WithEnvironment("PSModulePath", modules)
            .WithEnvironment("DYNAMOBACKUP_STORE", Store.Path)
            .WithEnvironment("AWS_ENDPOINT_URL_DYNAMODB", Dynalite.Endpoint.AbsoluteUri)
            .WithEnvironment("AWS_REGION", "us-east-1")
            .WithEnvironment("AWS_ACCESS_KEY_ID", ModuleShell.AccessKey)
            .WithEnvironment("AWS_SECRET_ACCESS_KEY", ModuleShell.SecretKey);
        if (other is { } changed) host.WithEnvironment(changed.Name, changed.Value);
        return await host.RunAsync(script, ("file", file));
    }
}
