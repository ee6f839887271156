using System.Collections.Concurrent;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

public sealed class BackupTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task A_backup_is_described_in_full()
    {
        var table = await CreateTableAsync(items: 100);
        var began = DateTime.UtcNow;
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();

        Assert.Equal("DynamoBackup.BackupInfo", backup.TypeNames[0]);
        Assert.Equal(table, backup.Text("TableName"));
        Assert.Equal((await Dynalite.DescribeAsync(table)).TableArn, backup.Text("TableArn"));
        Assert.Matches("^[0-9]{14}-[0-9a-f]{8}$", backup.Text("Id"));
        Assert.Equal("Full", backup.Text("Type"));
        Assert.Equal(Store.Path, backup.Text("Location"));
        Assert.Equal($"{table}/AWSDynamoDB/{backup.Text("Id")}", backup.Text("Path"));
        Assert.Equal(100, backup.Number("ItemCount"));
        Assert.Matches("^v1:100:[0-9a-f]{64}$", backup.Text("ContentDigest"));
        Assert.Equal("Eventual", backup.Text("Consistency"));
        Assert.Null(backup.Properties["ParentId"].Value);
        // dynalite does not know every call that reads a setting.
        Assert.All(backup.Findings(), finding => Assert.Equal(("SettingNotRead", "Information"), (finding.Text("Kind"), finding.Text("Severity"))));
        Assert.False(backup.Is("IsDamaged"));
        Assert.InRange(backup.Get<DateTime>("StartedUtc"), began.AddMilliseconds(-1), backup.Get<DateTime>("CompletedUtc"));
        Assert.InRange(backup.Get<DateTime>("CompletedUtc"), began, DateTime.UtcNow);
        Assert.Equal(DateTimeKind.Utc, backup.Get<DateTime>("CompletedUtc").Kind);
    }

    [Fact]
    public async Task A_backup_counts_the_bytes_and_files_that_it_stored()
    {
        var table = await CreateTableAsync(items: 100);
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var data = Store.Files.Where(file => file.Contains("/data/", StringComparison.Ordinal)).ToList();
        Assert.Equal(data.Count, backup.Number("FileCount"));
        Assert.Equal(data.Sum(file => new FileInfo(Path.Combine(Store.Path, file)).Length), backup.Number("StoredBytes"));
        Assert.InRange(backup.Number("ItemBytes"), 100 * 100, 100 * 4096);
    }

    [Theory]
    [InlineData("", ".json.gz")]
    [InlineData("-Compression Gzip", ".json.gz")]
    [InlineData("-Compression Zstd", ".json.zst")]
    [InlineData("-Compression None", ".json")]
    public async Task Every_compression_goes_there_and_back(string parameter, string extension)
    {
        var source = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. MixedItems.Create(50)]);
        var target = Dynalite.UniqueName("copy");
        Shell.Run($"Backup-DynamoTable {source} $store {parameter} @aws").Single();
        Assert.All(Store.Files.Where(file => file.Contains("/data/", StringComparison.Ordinal)), file => Assert.EndsWith(extension, file, StringComparison.Ordinal));
        Assert.True(Shell.Run($"Test-DynamoBackup {source} $store -Level Content").Single().Is("IsValid"));
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task The_digest_depends_neither_on_segments_nor_on_compression_nor_on_consistency()
    {
        var table = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. MixedItems.Create(100)]);
        var backups = Shell.Run(
            $"""
            Backup-DynamoTable {table} $store -Segments 1 @aws
            Backup-DynamoTable {table} $store -Segments 7 -Compression None @aws
            Backup-DynamoTable {table} $store -Segments 1000 -ConsistentRead @aws
            """).Succeeded();
        Assert.Equal(3, backups.Count);
        Assert.Single(backups.Select(backup => backup.Text("ContentDigest")).Distinct());
        Assert.Equal(["Eventual", "Eventual", "Strong"], backups.Select(backup => backup.Text("Consistency")));
        Assert.Equal(1, backups[0].Number("FileCount"));
        Assert.Equal(7, backups[1].Number("FileCount"));
    }

    [Fact]
    public async Task Segments_and_consistency_reach_the_table()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        var scans = new ConcurrentBag<(int Total, bool Consistent)>();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan")
                scans.Add(((int)exchange.RequestJson()["TotalSegments"]!, (bool?)exchange.RequestJson()["ConsistentRead"] ?? false));
            return Task.CompletedTask;
        };
        Shell.Run($"Backup-DynamoTable {table} $store -Segments 3 -ConsistentRead @aws").Single();
        Assert.Equal(Enumerable.Repeat((3, true), 3), scans);
    }

    [Fact]
    public async Task A_table_is_found_by_its_arn()
    {
        var table = await CreateTableAsync();
        var arn = (await Dynalite.DescribeAsync(table)).TableArn;
        await using var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            // dynalite knows names only; the service takes an ARN in their place.
            if (exchange.RequestJson() is var json && (string?)json["TableName"] == arn)
            {
                json["TableName"] = table;
                exchange.ReplaceRequest(json);
            }

            return Task.CompletedTask;
        };
        var backup = Shell.Run($"Backup-DynamoTable {arn} $store @aws").Single();
        Assert.Equal(table, backup.Text("TableName"));
        Assert.Equal(backup.Text("Id"), Shell.Run($"Get-DynamoBackup {arn} $store").Single().Text("Id"));
    }

    [Theory]
    [InlineData("dots.and_lines-too")]
    [InlineData("con")]
    [InlineData("CAPITALS")]
    public async Task Any_table_name_goes_there_and_back(string stem)
    {
        var name = stem == "con" ? stem : Dynalite.UniqueName(stem);
        var table = await CreateTableAsync(name: name);
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws | Test-DynamoBackup -Level Live @aws").Single();
        Assert.Equal(table, backup.Text("TableName"));
        Assert.True(backup.Is("IsValid"));
    }

    [Fact]
    public async Task Backups_of_one_table_stand_side_by_side()
    {
        var table = await CreateTableAsync();
        var backups = Shell.Run($"Backup-DynamoTable {table}, {table} $store @aws; Backup-DynamoTable {table} $store @aws").Succeeded();
        Assert.Equal(3, backups.Select(backup => backup.Text("Id")).Distinct().Count());
        Assert.All(Shell.Run("Test-DynamoBackup -Source $store").Succeeded(), proof => Assert.True(proof.Is("IsValid")));
    }
}
