using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>The main job from end to end: a table is backed up, listed, proved, restored under another name, and the copy proved.</summary>
public sealed class RoadTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<string> Shapes => ["hash only", "global index on demand", "hash and number range", "indexes on demand", "indexes provisioned"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_table_goes_there_and_back(string name)
    {
        var shape = Shape(name);
        var items = shape.RangeKeyType is null ? MixedItems.Create(150) : WithRangeKey(150);
        var source = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. items], shape);
        var target = Dynalite.UniqueName("copy");

        var backup = Shell.Run($"Backup-DynamoTable -TableName {source} -Destination $store @aws").Single();
        var listed = Shell.Run($"Get-DynamoBackup -TableName {source} -Source $store").Single();
        Assert.Equal(backup.Text("Id"), listed.Text("Id"));
        foreach (var level in new[] { "Structure", "Checksum", "Content", "Live" })
            Assert.True(Shell.Run($"Test-DynamoBackup -TableName {source} -Source $store -Level {level} @aws").Single().Is("IsValid"), level);
        var restored = Shell.Run($"Restore-DynamoTable -TableName {source} -Source $store -TargetTable {target} -Verify -Confirm:$false @aws").Single();
        var proof = Shell.Run($"Get-DynamoBackup {source} $store | Test-DynamoBackup -Level Live -TargetTable {target} @aws").Single();

        Assert.True(proof.Is("IsValid"));
        Assert.True(restored.Is("Verified"));
        Assert.Equal(backup.Text("ContentDigest"), restored.Text("ContentDigest"));
        Assert.Equal(backup.Text("ContentDigest"), proof.Text("ContentDigest"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
        Assert.Equal(TableText.Of(await Dynalite.DescribeAsync(source)), TableText.Of(await Dynalite.DescribeAsync(target)));
    }

    [Fact]
    public async Task A_restore_reports_what_it_did()
    {
        var source = await CreateTableAsync(items: 60);
        var target = Dynalite.UniqueName("copy");
        var backup = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        var restored = Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Confirm:$false @aws").Single();

        Assert.Equal("DynamoBackup.TableRestore", restored.TypeNames[0]);
        Assert.Equal(target, restored.Text("TableName"));
        Assert.Equal(backup.Text("Id"), restored.Text("BackupId"));
        Assert.Equal(Store.Path, restored.Text("Location"));
        Assert.Equal("NewTable", restored.Text("Mode"));
        Assert.Equal((60, 60, 0, 0, 0), (
            restored.Number("ItemsRead"), restored.Number("Written"), restored.Number("Deleted"), restored.Number("Unchanged"), restored.Number("Skipped")));
        Assert.Null(restored.Properties["Verified"].Value);
        Assert.Empty(restored.Findings());
        Assert.True(restored.Get<TimeSpan>("Duration") > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_lost_table_comes_back_under_its_own_name()
    {
        var table = await CreateBackupAsync(items: 40, shape: Shape("indexes provisioned"));
        var (items, definition) = (await Dynalite.ReadAsync(table), TableText.Of(await Dynalite.DescribeAsync(table)));
        await Dynalite.DeleteAsync(table);

        Assert.True(Shell.Run($"Restore-DynamoTable {table} $store -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(items, await Dynalite.ReadAsync(table));
        Assert.Equal(definition, TableText.Of(await Dynalite.DescribeAsync(table)));
    }

    [Fact]
    public async Task An_empty_table_goes_there_and_back()
    {
        var source = await CreateTableAsync(items: 0);
        var target = Dynalite.UniqueName("copy");
        var backup = Shell.Run($"Backup-DynamoTable {source} $store @aws").Single();
        Assert.Equal("v1:0:" + new string('0', 64), backup.Text("ContentDigest"));
        Assert.True(Shell.Run($"Test-DynamoBackup {source} $store -Level Live @aws").Single().Is("IsValid"));
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Empty(await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task An_existing_empty_table_is_filled_and_keeps_its_definition()
    {
        var source = await CreateBackupAsync(items: 30, shape: TableShape.HashAndRange with { GlobalIndex = true });
        var target = await CreateTableAsync(items: 0, shape: TableShape.HashAndRange with { Provisioned = true });
        var before = TableText.Of(await Dynalite.DescribeAsync(target));

        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
        Assert.Equal(before, TableText.Of(await Dynalite.DescribeAsync(target)));
    }

    private static TableShape Shape(string name) => name switch
    {
        "hash only" => TableShape.HashOnly,
        "global index on demand" => TableShape.HashOnly with { GlobalIndex = true },
        "hash and number range" => TableShape.HashAndRange,
        "indexes on demand" => TableShape.HashAndRange with { GlobalIndex = true, LocalIndex = true },
        "indexes provisioned" => TableShape.HashAndRange with { GlobalIndex = true, LocalIndex = true, Provisioned = true, ReadCapacity = 7, WriteCapacity = 3 },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
