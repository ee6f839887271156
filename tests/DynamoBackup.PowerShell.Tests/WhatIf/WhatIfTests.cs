using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.WhatIf;

/// <summary>-WhatIf reads and tells; it writes nothing.</summary>
public sealed class WhatIfTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly string[] Reads = ["DescribeTable", "DescribeTimeToLive", "ListTables", "Scan"];

    [Fact]
    public async Task A_backup_that_is_only_asked_about_reads_no_item_and_stores_nothing()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Backup-DynamoTable {one}, {two} $store -WhatIf @aws");
        foreach (var table in new[] { one, two })
        {
            Assert.Contains(
                $"What if: Performing the operation \"Back up a table that is empty, or whose items DynamoDB has not counted yet, to {Store.Path}\" on target \"{table}\".",
                screen, StringComparison.Ordinal);
        }

        Assert.Equal(["DescribeTable"], proxy.Requests.Keys);
        Assert.False(Directory.Exists(Store.Path));
    }

    [Theory]
    [InlineData("-MaxReadUnits 0.5", "about 30 items (9,123 bytes; 1.5 read units, at least 3 s at 0.5 units/s (-MaxReadUnits))")]
    [InlineData("-ConsistentRead -MaxReadUnits 0.5", "about 30 items (9,123 bytes; 3 read units, at least 6 s at 0.5 units/s (-MaxReadUnits))")]
    [InlineData("-ReadCapacityPercent 10", "about 30 items (9,123 bytes; 1.5 read units, at least 0.3 s at 5 units/s (10 % of 50, its on-demand maximum))")]
    [InlineData("", "about 30 items (9,123 bytes; 1.5 read units, at least 0.03 s at 50 units/s (on-demand maximum))")]
    public async Task A_backup_says_what_it_would_read_and_how_long_that_takes(string parameters, string expected)
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "DescribeTable" && exchange.ResponseJson() is var answer)
            {
                answer["Table"]!["ItemCount"] = 30;
                answer["Table"]!["TableSizeBytes"] = 9_123;
                answer["Table"]!["OnDemandThroughput"] = new System.Text.Json.Nodes.JsonObject { ["MaxReadRequestUnits"] = 50 };
                exchange.ReplaceResponse(answer);
            }

            return Task.CompletedTask;
        };
        var screen = await ShowAsync(proxy, $"Backup-DynamoTable {table} $store {parameters} -WhatIf @aws");
        Assert.Contains($"\"Back up {expected} to {Store.Path}\" on target \"{table}\".", screen, StringComparison.Ordinal);
        Assert.Equal(["DescribeTable"], proxy.Requests.Keys);
    }

    [Fact]
    public async Task The_preference_for_asking_shows_the_plan_as_well()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"$WhatIfPreference = $true; Backup-DynamoTable {table} $store @aws");
        Assert.Contains("Back up a table that is empty, or", screen, StringComparison.Ordinal);
        Assert.Equal(["DescribeTable"], proxy.Requests.Keys);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        // In earnest the table is described once.
        Assert.Equal(2, proxy.RequestCount("DescribeTable"));
    }

    [Fact]
    public async Task A_backup_with_Resume_says_whether_it_would_go_on_with_one_or_begin_anew()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await StartProxyAsync();
        var anew = await ShowAsync(proxy, $"Backup-DynamoTable {table} $store -Resume -WhatIf @aws");
        Assert.Contains("\"Begin a new backup, for there is no unfinished one to go on with, and back up a table", anew, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Store.Path));

        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "Scan" || exchange.OperationNumber < 4) return;
            // One segment's file is closed and noted.
            while (!Store.Files.Any(file => file.EndsWith("/_checkpoint.json", StringComparison.Ordinal)) || !(await File.ReadAllTextAsync(Store.FileEndingIn("/_checkpoint.json"), Cancel)).Contains("md5", StringComparison.Ordinal))
                await Task.Delay(20, Cancel);
            exchange.Respond(DynamoErrors.AccessDenied());
        };
        Shell.Run($"Backup-DynamoTable {table} $store -Resume -Segments 4 @aws").SingleError();
        proxy.OnRequest = null;
        var unfinished = Shell.Run("Get-DynamoBackup -Source $store -Unfinished").Single();
        var before = Store.Files;
        var scans = proxy.RequestCount("Scan");
        var on = await ShowAsync(proxy, $"Backup-DynamoTable {table} $store -Resume -WhatIf @aws");
        Assert.Contains($"\"Go on with the unfinished backup {unfinished.Text("Id")}, in which {unfinished.Number("ItemCount")} items are stored, and back up the rest of a table", on, StringComparison.Ordinal);
        Assert.Equal(scans, proxy.RequestCount("Scan"));
        Assert.Equal(before, Store.Files);
        Assert.Equal(unfinished.Text("Id"), Shell.Run($"Backup-DynamoTable {table} $store -Resume @aws").Single().Text("Id"));
    }

    [Fact]
    public async Task A_backup_that_could_not_be_made_is_an_error_in_question_as_in_earnest()
    {
        ExpectedError.Of("Backup", "TableNotFound", "ObjectNotFound", "nowhere", "-Region").AssertIs(Shell.Run("Backup-DynamoTable nowhere $store -WhatIf @aws").SingleError());
        var table = await CreateTableAsync();
        ExpectedError.Of("Backup", "CapacityUnknown", "InvalidArgument", table, "-MaxReadUnits")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table} $store -ReadCapacityPercent 50 -WhatIf @aws").SingleError());
    }

    [Theory]
    [InlineData("", "30 items ({0} bytes; up to 31 write units, time unknown: the table's description does not tell its capacity) of backup")]
    [InlineData("-MaxWriteUnits 2", "30 items ({0} bytes; up to 31 write units, at least 15 s at 2 units/s (-MaxWriteUnits)) of backup")]
    [InlineData("-MaxWriteUnits 0.1", "30 items ({0} bytes; up to 31 write units, at least 5 min at 0.1 units/s (-MaxWriteUnits)) of backup")]
    [InlineData("-WriteCapacityPercent 50", "30 items ({0} bytes; up to 31 write units, time unknown: the table's capacity is known once it has been created) of backup")]
    public async Task A_restore_says_what_it_would_write_and_how_long_that_takes(string parameters, string expected)
    {
        var items = MixedItems.Create(30).Select((item, index) => new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>
        {
            [TableShape.HashKey] = item[TableShape.HashKey],
            ["padding"] = Attr.S(new string('x', index == 0 ? 1_500 : 100)),
        });
        var source = await Dynalite.CreateAsync(items);
        var bytes = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single().Text("ItemBytes");
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable another-table {parameters} -WhatIf @aws");
        var number = long.Parse(bytes!, System.Globalization.CultureInfo.InvariantCulture).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, number), screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
    }

    [Fact]
    public async Task A_restore_of_a_backup_without_a_digest_tells_no_size_and_what_its_units_rest_on()
    {
        var source = await CreateTableAsync(items: 30);
        Shell.Run($"Backup-DynamoTable {source} $store -NoContentDigest @aws").Single();
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable another-table -MaxWriteUnits 2 -WhatIf @aws");
        Assert.Matches(@"restore 30 items \(up to \d+ write units, at least \d+ s at 2 units/s \(-MaxWriteUnits\); the units are estimated from the size of the items' JSON\) of backup", screen);
        AssertOnlyRead(proxy);
    }

    [Fact]
    public async Task A_backup_by_wildcard_names_the_tables_that_it_would_read()
    {
        var prefix = Dynalite.UniqueName("prod");
        foreach (var name in new[] { "-a", "-b" }) await CreateTableAsync(name: prefix + name);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Backup-DynamoTable '{prefix}*' $store -WhatIf @aws");
        foreach (var name in new[] { "-a", "-b" }) Assert.Contains($"on target \"{prefix}{name}\"", screen, StringComparison.Ordinal);
        Assert.Equal(["DescribeTable", "ListTables"], proxy.Requests.Keys.Order());
        Assert.False(Directory.Exists(Store.Path));
    }

    [Fact]
    public async Task A_restore_into_a_new_table_says_what_it_would_create()
    {
        var source = await CreateBackupAsync(items: 30);
        var backup = Shell.Run($"Get-DynamoBackup {source} $store").Single();
        var before = Store.Files;
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable another-table -Verify -WhatIf @aws");
        Assert.Contains("What if: Performing the operation \"Create the table and restore 30 items", screen, StringComparison.Ordinal);
        Assert.Contains($"of backup {backup.Text("Id")}\" on target \"another-table\".", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
        Assert.False(await Dynalite.ExistsAsync("another-table"));
        Assert.Equal(before, Store.Files);
    }

    [Theory]
    [InlineData(0, "", "Fill the empty table with 30 items")]
    [InlineData(0, "-Mode Overwrite", "Overwrite with 30 items")]
    [InlineData(4, "-Mode Overwrite", "Overwrite with 30 items")]
    [InlineData(4, "-Mode Overwrite -Force -Verify", "Overwrite with 30 items")]
    public async Task A_restore_into_an_existing_table_says_how_it_would_write(int present, string parameters, string expected)
    {
        var source = await CreateBackupAsync(items: 30);
        var target = await CreateTableAsync(items: present);
        var before = await Dynalite.ReadAsync(target);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, $"Restore-DynamoTable {source} $store -TargetTable {target} {parameters} -WhatIf @aws");
        Assert.Contains(expected, screen, StringComparison.Ordinal);
        Assert.Contains($"on target \"{target}\"", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
        Assert.Equal(before, await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task What_could_not_be_restored_is_an_error_in_question_as_in_earnest()
    {
        var table = await CreateBackupAsync();
        var run = Shell.Run($"Restore-DynamoTable {table} $store -WhatIf @aws");
        ExpectedError.Of("Restore", "ResourceExists", "ResourceExists", table, "-Mode Overwrite").AssertIs(run.SingleError());
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Every_table_of_a_pipeline_is_asked_about()
    {
        var (one, two) = (await CreateBackupAsync(), await CreateBackupAsync());
        await Dynalite.DeleteAsync(one, two);
        await using var proxy = await StartProxyAsync();
        var screen = await ShowAsync(proxy, "Get-DynamoBackup -Source $store | Restore-DynamoTable -WhatIf @aws");
        foreach (var table in new[] { one, two }) Assert.Contains($"on target \"{table}\"", screen, StringComparison.Ordinal);
        AssertOnlyRead(proxy);
    }

    private static void AssertOnlyRead(DynamoProxy proxy)
    {
        Assert.NotEmpty(proxy.Requests);
        Assert.All(proxy.Requests.Keys, operation => Assert.Contains(operation, Reads));
    }

    /// <summary>What a console shows; -WhatIf writes to the host only.</summary>
    private async Task<string> ShowAsync(DynamoProxy proxy, string script)
    {
        await using var screen = new StringWriter();
        using var shell = new ModuleShell(proxy.Endpoint, screen: screen);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show(script), screen.ToString());
        return screen.ToString();
    }
}
