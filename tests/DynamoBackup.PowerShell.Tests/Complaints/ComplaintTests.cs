using System.Text;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Exports;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Complaints;

/// <summary>
/// What users of other tools complain about, each complaint as a test that fails where the module behaves as described. Those about items and about
/// capacity are here, those about tables and targets in the other half.
/// </summary>
public sealed partial class ComplaintTests(Dynalite dynalite, RadosGw rados) : ExportModuleTest(dynalite)
{
    [Fact]
    public async Task C01_binary_in_sets_and_nested_comes_back_to_the_byte()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await AssertComesBackAsync(
            new() { [TableShape.HashKey] = Attr.S("flat"), ["b"] = Attr.B(all), ["empty"] = Attr.B() },
            new() { [TableShape.HashKey] = Attr.S("set"), ["bs"] = Attr.BS(all, [0], [0xff, 0xfe], "text"u8.ToArray()) },
            new() { [TableShape.HashKey] = Attr.S("deep"), ["m"] = Attr.M(("l", Attr.L(Attr.B(all), Attr.M(("bs", Attr.BS([1, 2, 3], all))))), ("b", Attr.B(0, 10, 13))) });
    }

    [Fact]
    public async Task C02_the_live_table_is_untouched_when_the_backup_turns_out_to_be_bad_or_missing()
    {
        var table = await CreateBackupAsync(items: 40);
        var before = await Dynalite.ReadAsync(table);
        StoreFolder.Damage(Store.AnyDataFile);
        await using var proxy = await StartProxyAsync();

        foreach (var damage in new Action[] { () => { }, () => File.Delete(Store.AnyDataFile) })
        {
            damage();
            var error = Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Force -Confirm:$false @aws").SingleError();
            Assert.StartsWith("BackupDamaged,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        }

        Assert.Equal((0, 0, 0), (proxy.RequestCount("DeleteTable"), proxy.RequestCount("BatchWriteItem"), proxy.RequestCount("DeleteItem")));
        Assert.Equal(before, await Dynalite.ReadAsync(table));
    }

    [Fact]
    public async Task C03_what_DescribeTable_says_creates_a_table_read_only_fields_empty_lists_and_zero_throughput_and_all()
    {
        var table = await CreateBackupAsync(items: 5);
        var target = Dynalite.UniqueName("copy");
        Shell.Set("definition", $$$"""
            {"Table":{"TableName":"{{{table}}}","TableId":"00000000-0000-0000-0000-000000000000","TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/{{{table}}}",
            "TableStatus":"ACTIVE","CreationDateTime":1600000000.123,"ItemCount":5,"TableSizeBytes":1800,"ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},
            "BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1600000000},"LocalSecondaryIndexes":[],"GlobalSecondaryIndexes":[],"Replicas":[],
            "KeySchema":[{"AttributeName":"{{{TableShape.HashKey}}}","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"{{{TableShape.HashKey}}}","AttributeType":"S"}]}}
            """);

        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -TableDefinition $definition -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task C04_an_item_that_is_lost_on_the_way_is_an_error_and_never_a_shorter_backup()
    {
        var table = await CreateTableAsync(items: 100);
        await using var proxy = await StartProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.ResponseJson() is var page && page["Items"]!.AsArray() is { Count: > 0 } items)
            {
                items.RemoveAt(items.Count - 1);
                exchange.ReplaceResponse(page);
            }

            return Task.CompletedTask;
        };

        var run = Shell.Run($"Backup-DynamoTable {table} $store @aws");
        Assert.StartsWith("AccountingMismatch,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Store.AssertEmpty();
    }

    [Fact]
    public async Task C04_a_restore_that_comes_back_short_is_an_error_and_no_table()
    {
        var table = await CreateBackupAsync(items: 100);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        // The service takes all and loses some: only reading back can tell.
        proxy.OnRequest = exchange =>
        {
            if (exchange is { Operation: "BatchWriteItem", OperationNumber: 2 })
                exchange.Respond(ProxyAnswer.Json(200, """{"UnprocessedItems":{}}"""));
            return Task.CompletedTask;
        };

        var run = Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws");
        Assert.StartsWith("VerificationFailed,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(Assert.Single(run.Output).Is("Verified"));
    }

    [Fact]
    public async Task C06_types_and_every_digit_of_a_number_come_back()
    {
        var numbers = new[] { "1E100", "9.9999999999999999999999999999999999999E+125", "-1E-130", "12345678901234567890123456789012345678", "0.1", "0.30000000000000004", "9007199254740993", "-0.00000000000000000000000000000000000012345" };
        var texts = await AssertComesBackAsync(
            new Dictionary<string, AttributeValue>(numbers.Select((number, index) => KeyValuePair.Create($"n{index}", Attr.N(number)))) { [TableShape.HashKey] = Attr.S("numbers"), ["ns"] = Attr.NS([.. numbers]) },
            new() { [TableShape.HashKey] = Attr.S("types"), ["text"] = Attr.S("1"), ["number"] = Attr.N("1"), ["true"] = Attr.Bool(true), ["null"] = Attr.Null(), ["set"] = Attr.SS("1", "2"), ["list"] = Attr.L(Attr.S("1"), Attr.S("2")) });
        // The service spells a number in its own way, and these in no other: doubles would end in other digits.
        foreach (var exact in new[] { "N12345678901234567890123456789012345678;", "N9007199254740993;", "N0.30000000000000004;", "N0.1;", "N1" + new string('0', 100) + ";" })
            Assert.Contains(exact, texts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C07_a_share_is_of_the_tables_own_capacity_and_where_nobody_knows_it_a_question()
    {
        var (provisioned, onDemand) = (await CreateTableAsync(shape: new TableShape { Provisioned = true, ReadCapacity = 60 }), await CreateTableAsync());
        var run = Shell.Run($"Backup-DynamoTable {provisioned}, {onDemand} $store -ReadCapacityPercent 25 -Verbose @aws");
        Assert.Contains(run.Verbose, message => message.Contains("limited to 15 units/s (25 % of 60, its provisioned units)", StringComparison.Ordinal));
        ExpectedError.Of("Backup", "CapacityUnknown", "InvalidArgument", onDemand, "-MaxReadUnits").AssertIs(run.SingleError());
    }

    [Fact]
    public async Task C08_a_hot_segment_gets_the_whole_budget_when_the_others_have_ended()
    {
        // All items have one partition key, so that one segment holds them all: a fixed share of four would take four times as long.
        var table = await Dynalite.CreateAsync(
            Enumerable.Range(0, 80).Select(number => new Dictionary<string, AttributeValue> { [TableShape.HashKey] = Attr.S("hot"), [TableShape.RangeKey] = Attr.N($"{number}"), ["payload"] = Attr.S(new string('x', 4_000)) }),
            TableShape.HashAndRange);
        await using var proxy = await StartProxyAsync();
        var meter = CapacityMeter.Of(proxy, "Scan");

        Assert.Equal(80, Shell.Run($"Backup-DynamoTable {table} $store -Segments 4 -MaxReadUnits 20 @aws").Single().Number("ItemCount"));

        var share = TimeSpan.FromSeconds(meter.Total / (20 / 4.0));
        Assert.True(meter.Time - meter.Slow < share * 0.6, $"{meter.Total} units took {meter.Time}, {meter.Slow} of it the server's; a fixed share would take {share}");
    }

    [Fact]
    public async Task C09_blank_lines_and_empty_values_fail_nothing()
    {
        var table = await Dynalite.CreateAsync([]);
        var export = Export(table, new(), [Items[0], Items[1]], [$$$"""{"{{{TableShape.HashKey}}}":{"S":"e"},"s":{"S":""},"b":{"B":""},"m":{"M":{}},"l":{"L":[]} }"""]);
        PutBlankLines(export);
        var proof = Shell.Run($"Test-DynamoBackup {table} $store -Level Content").Single();
        Assert.True(proof.Is("IsValid"), string.Join("; ", proof.Findings().Select(finding => finding.ToString())));
        Assert.Equal(3, Shell.Run($"Get-DynamoBackup {table} $store | Restore-DynamoTable -Verify -Confirm:$false @aws").Single().Number("Written"));
        Assert.Equal(3, (await Dynalite.ReadAsync(table)).Count);
    }

    [Fact]
    public async Task C10_throttling_and_unprocessed_items_only_cost_time()
    {
        var table = await CreateTableAsync(items: 120);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var injector = FaultInjector.OnDynamo(
            proxy, new FaultSchedule(10, new(FaultKind.AllUnprocessed, 700, To: 12), new(FaultKind.SomeUnprocessed, 500, To: 30), new(FaultKind.ProvisionedThroughputExceeded, 1000, From: 1, To: 5), new(FaultKind.Throttling, 300, To: 20)));

        Assert.Equal(120, Shell.Run($"Backup-DynamoTable {table} $store @aws").Single().Number("ItemCount"));
        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(target));
        Assert.Contains(injector.Injected.Keys, fault => fault is FaultKind.AllUnprocessed or FaultKind.SomeUnprocessed);
        Assert.Contains(FaultKind.ProvisionedThroughputExceeded, injector.Injected.Keys);
    }

    /// <summary>Backs a table of these items up and restores it.</summary>
    /// <returns>The restored items as one text.</returns>
    private async Task<string> AssertComesBackAsync(params Dictionary<string, AttributeValue>[] items)
    {
        var table = await Dynalite.CreateAsync(items);
        var target = Dynalite.UniqueName("copy");
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
        var found = await Dynalite.ReadAsync(target);
        Assert.Equal(items.Length, found.Count);
        Assert.Equal(await Dynalite.ReadAsync(table), found);
        return string.Join('\n', found);
    }

    /// <summary>Puts blank lines into an export's data files, and the manifests right again.</summary>
    private void PutBlankLines(AwsExport export)
    {
        var manifestPath = Path.Combine(Store.Path, export.Folder, "manifest-files.json");
        var manifest = File.ReadAllText(manifestPath);
        foreach (var key in export.DataKeys)
        {
            var path = Path.Combine(Store.Path, key);
            var before = File.ReadAllBytes(path);
            var after = Gzip.Compress("\n\r\n" + Gzip.Decompress(before) + "\n\n");
            File.WriteAllBytes(path, after);
            manifest = manifest.Replace(Gzip.Md5(before), Gzip.Md5(after), StringComparison.Ordinal);
        }

        File.WriteAllText(manifestPath, manifest);
        File.WriteAllText(Path.ChangeExtension(manifestPath, ".md5"), Gzip.Md5(Encoding.UTF8.GetBytes(manifest)));
    }
}
