using System.Diagnostics;
using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Prompt;

/// <summary>What the tab key offers.</summary>
public sealed class CompletionTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string FirstPage = """{"TableNames":["orders-2","orders-1"],"LastEvaluatedTableName":"orders-1"}""";

    [Fact]
    public async Task Tables_are_offered_by_the_connection_that_has_been_typed()
    {
        var name = Dynalite.UniqueName();
        await CreateTableAsync(name: name + "-b");
        await CreateTableAsync(name: name + "-a");
        string[] expected = [name + "-a", name + "-b"];
        Shell.Set("key", ModuleShell.SecretKey);
        var typed = $"-EndpointUrl {Dynalite.Endpoint} -Region us-east-1 -AccessKey {NewAccessKey()}";
        Assert.Equal(expected, Complete($"Backup-DynamoTable {typed} -SecretKey $key -TableName {name}"));
        Assert.Equal(expected, Complete($"Backup-DynamoTable {typed} -SecretKey secret {name}"));
        Assert.Equal(expected, Complete($"Backup-DynamoTable @aws {name}"));
        Assert.Equal(expected, Complete($"Restore-DynamoTable orders @aws -TargetTable {name}"));
        Assert.Equal(expected, Complete($"Test-DynamoBackup orders -Level Live @aws -TargetTable {name}"));
        Assert.Equal(expected[1..], Complete($"Backup-DynamoTable @aws orders, {name}-b"));
    }

    [Fact]
    public async Task Tables_are_offered_by_default_parameter_values()
    {
        var name = await CreateTableAsync();
        NewAccessKey();
        Shell.Run(
            """
            $PSDefaultParameterValues = @{}
            foreach ($parameter in $aws.Keys) { $PSDefaultParameterValues["*-Dynamo*:$parameter"] = $aws[$parameter] }
            """).Succeeded();
        Assert.Equal([name], Complete($"Backup-DynamoTable {name[..12]}").Where(table => table == name));
    }

    [Fact]
    public async Task A_word_is_matched_whatever_its_case_and_by_its_wildcards()
    {
        var name = Dynalite.UniqueName("Mixed");
        NewAccessKey();
        await CreateTableAsync(name: name + "-one");
        await CreateTableAsync(name: name + "-two");
        Assert.Equal([name + "-one"], Complete($"Backup-DynamoTable @aws {name.ToUpperInvariant()}-ON"));
        Assert.Equal([name + "-two"], Complete($"Backup-DynamoTable @aws {name}*wo"));
        Assert.Equal([$"'{name}-two'"], Complete($"Backup-DynamoTable @aws '{name}-tw"));
        Assert.Equal([$"\"{name}-two\""], Complete($"Backup-DynamoTable @aws \"{name}-tw"));
        Assert.Empty(Complete($"Backup-DynamoTable @aws {name}-none"));
    }

    [Fact]
    public async Task All_pages_of_tables_are_offered_and_asked_for_once()
    {
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            exchange.Respond(ProxyAnswer.Json(200, exchange.RequestJson()["ExclusiveStartTableName"] is null ? FirstPage : """{"TableNames":["orders-3"]}"""));
            return Task.CompletedTask;
        };
        Assert.Equal(["orders-1", "orders-2", "orders-3"], Complete("Backup-DynamoTable @aws orders"));
        Assert.Equal(2, proxy.RequestCount("ListTables"));
        Assert.Equal(["orders-3"], Complete("Backup-DynamoTable @aws orders-3"));
        Assert.Equal(2, proxy.RequestCount("ListTables"));
    }

    [Fact]
    public async Task What_has_come_in_time_is_offered_although_the_rest_hangs()
    {
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.RequestJson()["ExclusiveStartTableName"] is not null) return Task.Delay(Timeout.Infinite, exchange.Gone);
            exchange.Respond(ProxyAnswer.Json(200, FirstPage));
            return Task.CompletedTask;
        };
        Assert.Equal(["orders-1", "orders-2"], Timed("Backup-DynamoTable @aws orders"));
        Assert.Equal(["orders-1", "orders-2"], Timed("Backup-DynamoTable @aws orders"));
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_or_refuses_offers_nothing_in_time()
    {
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange => Task.Delay(Timeout.Infinite, exchange.Gone);
        Assert.Empty(Timed("Backup-DynamoTable @aws ord"));
        proxy.OnRequest = exchange =>
        {
            exchange.Respond(DynamoErrors.AccessDenied());
            return Task.CompletedTask;
        };
        Assert.Empty(Timed("Backup-DynamoTable @aws -AccessKey OTHER ord"));
        Shell.Connect(new Uri($"http://127.0.0.1:{ClosedPort.Find()}"));
        Assert.Empty(Timed("Backup-DynamoTable @aws ord"));
        Assert.Empty(Timed("Backup-DynamoTable -EndpointUrl nonsense -Region nowhere -AccessKey half ord"));
        Assert.Empty(Timed("Backup-DynamoTable -Region us-east-1 -ProfileName nosuch ord"));
    }

    [Fact]
    public async Task Ids_of_a_store_are_offered_newest_first_and_tell_what_they_are()
    {
        var orders = await CreateTableAsync(items: 3);
        var other = await CreateTableAsync(items: 1);
        var ids = Shell.Run($"foreach ($table in '{orders}', '{other}', '{orders}') {{ (Backup-DynamoTable $table $store @aws).Id }}").Succeeded().Select(id => id.ToString()).ToList();
        Assert.Equal([ids[2], ids[1], ids[0]], Complete("Get-DynamoBackup -Source $store -Id "));
        Assert.Equal([ids[2], ids[0]], Complete($"Test-DynamoBackup {orders} -Source $store -Id "));
        Assert.Equal([ids[1]], Complete($"Restore-DynamoTable -Source $store -TableName {other[..^2]}* -Id 0"));
        Assert.Equal([ids[0]], Complete($"Restore-DynamoTable -Source $store -Id {ids[0]}"));
        var toolTip = Offers($"Restore-DynamoTable {other} $store -Id ").Single().ToolTip;
        Assert.StartsWith(other + ", ", toolTip, StringComparison.Ordinal);
        Assert.EndsWith(", 1 items", toolTip, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_that_a_store_holds_are_offered_each_once()
    {
        var name = Dynalite.UniqueName();
        foreach (var table in new[] { name + "-b", name + "-a" }) await CreateBackupAsync(name: table);
        Shell.Run($"Backup-DynamoTable {name}-b $store @aws").Single();
        foreach (var cmdlet in new[] { "Get-DynamoBackup", "Test-DynamoBackup", "Restore-DynamoTable" })
        {
            Assert.Equal([name + "-a", name + "-b"], Complete($"{cmdlet} -Source $store -TableName "));
            Assert.Equal([name + "-b"], Complete($"{cmdlet} -Source '{Store.Path}' {name}-b"));
        }
    }

    [Fact]
    public async Task A_store_may_be_relative_and_its_folder_may_have_blanks_and_quotes()
    {
        var table = await CreateTableAsync();
        Shell.Set("folder", Folder.Path);
        Shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)").Succeeded();
        Shell.Run($"Backup-DynamoTable {table} './it''s a store' @aws").Single();
        Assert.Equal([table], Complete("Restore-DynamoTable -Source './it''s a store' "));
        Assert.Equal([table], Complete("Restore-DynamoTable -Source \"./it's a store\" "));
        Assert.Single(Complete("Restore-DynamoTable -Source './it''s a store' -Id "));
    }

    [Fact]
    public void Without_a_store_or_with_a_wrong_one_nothing_is_offered()
    {
        Assert.Empty(Timed("Get-DynamoBackup -Id "));
        Assert.Empty(Timed("Get-DynamoBackup -TableName "));
        Assert.Empty(Timed("Get-DynamoBackup -Source $store -Id "));
        Assert.Empty(Timed("Get-DynamoBackup -Source nosuchdrive:/x -Id "));
        Assert.Empty(Timed("Get-DynamoBackup -Source $notset -Id "));
        Assert.Empty(Timed("Get-DynamoBackup -Source ftp://nowhere -Id "));
    }

    [Fact]
    public async Task A_backup_that_is_not_finished_is_not_offered_and_hides_no_other()
    {
        var table = await CreateBackupAsync();
        var unfinished = Path.Combine(Store.Path, table, "AWSDynamoDB", "99999999999999-00000000");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "_started"), "", Cancel);
        Assert.Equal([table], Complete("Get-DynamoBackup -Source $store "));
        Assert.DoesNotContain("99999999999999-00000000", Complete("Get-DynamoBackup -Source $store -Id "));
    }

    [Fact]
    public async Task A_hostile_backup_puts_no_code_into_the_command_line()
    {
        const string evil = "x'; throw 'caught'; '$(throw 1)";
        var table = await CreateBackupAsync();
        foreach (var name in new[] { "manifest-summary.json", "dynamobackup.json" })
        {
            var file = Store.FileEndingIn(name);
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel)).Replace($"table/{table}", $"table/{evil}", StringComparison.Ordinal), Cancel);
        }

        var text = Assert.Single(Complete("Get-DynamoBackup -Source $store -TableName "));
        Assert.Equal(evil, Shell.Run($"@({text})").Single().ToString());

        Assert.Single(Complete("Get-DynamoBackup -Source $store -Id "));
    }

    [Fact]
    public void Regions_are_offered_with_their_places()
    {
        Assert.Equal(["eu-central-1", "eu-central-2"], Complete("Backup-DynamoTable orders -Region eu-cen"));
        Assert.Equal(["us-east-1"], Complete("Get-DynamoBackup -StoreRegion us-east-1"));
        Assert.Contains("Frankfurt", Offers("Backup-DynamoTable orders -Region eu-central-1").Single().ToolTip, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_are_offered_quoted_where_their_names_need_it_and_without_their_secrets()
    {
        var file = Folder.Combine("credentials");
        await File.WriteAllTextAsync(file, $"[backup]\naws_access_key_id = AKID\naws_secret_access_key = {ModuleShell.SecretKey}\nregion = us-east-1\n\n[bob's own]\naws_access_key_id = AKID\naws_secret_access_key = {ModuleShell.SecretKey}\n", Cancel);
        Shell.Set("file", file);
        var offers = Offers("Backup-DynamoTable orders -ProfileLocation $file -ProfileName ");
        Assert.Equal(["backup", "'bob''s own'"], offers.Select(offer => offer.CompletionText));
        Assert.Equal(["backup", "bob's own"], offers.Select(offer => offer.ListItemText));
        Assert.Equal(["'bob''s own'"], Complete("Backup-DynamoTable -ProfileLocation $file -StoreProfileName 'bob"));
        Assert.All(offers, offer => Assert.DoesNotContain(ModuleShell.SecretKey, offer.ToolTip, StringComparison.Ordinal));
        Assert.Equal("profile, us-east-1", offers[0].ToolTip);
    }

    [Fact]
    public async Task A_credential_object_connects_the_prompt_too()
    {
        var table = await CreateTableAsync();
        Shell.Set("credential", new PSCredential("AKID", Secure(ModuleShell.SecretKey)));
        Assert.Equal([table], Complete($"Backup-DynamoTable -EndpointUrl {Dynalite.Endpoint} -Region us-east-1 -Credential $credential {table}"));
    }

    private static System.Security.SecureString Secure(string text)
    {
        var secure = new System.Security.SecureString();
        foreach (var character in text) secure.AppendChar(character);
        return secure;
    }

    /// <summary>Connects with a key that no test has used: what was offered a moment ago is offered again without looking.</summary>
    private string NewAccessKey()
    {
        var key = $"AKID{Guid.NewGuid():n}";
        Shell.Run($"$aws.AccessKey = '{key}'").Succeeded();
        return key;
    }

    /// <summary>The texts that tab puts into the line, which says nothing on any stream while it looks.</summary>
    private IReadOnlyList<string> Complete(string line) => [.. Offers(line).Select(offer => offer.CompletionText)];

    private IReadOnlyList<CompletionResult> Offers(string line)
    {
        Shell.Set("line", line);
        Shell.Run("$Error.Clear()").Succeeded();
        var run = Shell.Run("(TabExpansion2 $line $line.Length).CompletionMatches");
        var offers = run.Succeeded();
        Assert.Empty(run.Warnings);
        Assert.Empty(run.Verbose);
        Assert.Empty(run.Debug);
        Assert.Empty(run.Information);
        Assert.Empty(Shell.Run("$Error").Succeeded());
        return [.. offers.Select(offer => (CompletionResult)offer.BaseObject)];
    }

    /// <summary>As <see cref="Complete"/>, and within the time that a prompt may take, with some room for a busy machine.</summary>
    private IReadOnlyList<string> Timed(string line)
    {
        var watch = Stopwatch.StartNew();
        var texts = Complete(line);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        return texts;
    }
}
