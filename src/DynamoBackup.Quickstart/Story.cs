using System.Globalization;
using DynamoBackup.Testing;

namespace DynamoBackup.Quickstart;

/// <summary>
/// The main job from end to end: back up, prove, lose data, notice it, restore, prove again, find a damaged backup, keep two, and go back
/// to a second between two backups. Each step is
/// judged by the objects that it returns; the first that is not as it should be ends the story with an exception.
/// </summary>
internal sealed class Story(Stage stage, CancellationToken cancellationToken)
{
    private const string RestoredTable = "Orders-restored";

    private readonly AdminConsole _console = new(stage.Shell, cancellationToken);

    /// <summary>Tells it.</summary>
    public async Task TellAsync()
    {
        AdminConsole.Say(
            $"""
            A local DynamoDB holds the table '{Stage.TableName}': {Count(stage.ItemCount)} items of every attribute type, and a global index.
            $store is an empty folder: {stage.Store}
            """);
        var backup = BackUp();
        List(backup);
        await LoseDataAsync();
        await RestoreIntoNewTableAsync(backup);
        RepairTable(backup);
        DamageBackup(backup);
        BackUpToTwoPlaces(backup);
        await GoBackToTheSecondAsync();
    }

    private Outcome BackUp()
    {
        AdminConsole.Say("Back the table up.");
        return _console.TypeForOne("Backup-DynamoTable Orders -Destination $store")
            .Expect("TableName", Stage.TableName)
            .Expect("Type", "Full")
            .Expect("ItemCount", stage.ItemCount)
            .ExpectNoErrors();
    }

    private void List(Outcome backup)
    {
        AdminConsole.Say("What does the store hold, and is it sound? Level Content decodes and counts every item.");
        SameBackup(_console.TypeForOne("Get-DynamoBackup -Source $store"), backup).ExpectNoErrors();
        SameBackup(_console.TypeForOne("Get-DynamoBackup -Source $store | Test-DynamoBackup -Level Content"), backup)
            .Expect("Level", "Content")
            .Expect("IsValid", true)
            .ExpectNoErrors();
    }

    private async Task LoseDataAsync()
    {
        var (deleted, changed) = await Damage.ToTableAsync(stage.Client, Stage.TableName, cancellationToken);
        AdminConsole.Say(
            $"""
            Now something goes wrong: {Count(deleted)} items of the live table have just been deleted, and {Count(changed)} changed.
            Level Live compares the backup with the live table.
            """);
        _console.TypeForOne("Test-DynamoBackup Orders -Source $store -Level Live")
            .Expect("IsValid", false)
            .Expect("ItemCount", stage.ItemCount)
            .ExpectError("LiveDiffers", static file => file == Stage.TableName);
    }

    private async Task RestoreIntoNewTableAsync(Outcome backup)
    {
        AdminConsole.Say("Restore into a new table, index included, and prove it by reading it back.");
        _console.TypeForOne($"Restore-DynamoTable Orders -Source $store -TargetTable {RestoredTable} -Verify -Confirm:$false")
            .Expect("TableName", RestoredTable)
            .Expect("BackupId", backup.Text("Id"))
            .Expect("Written", stage.ItemCount)
            .Expect("Skipped", 0L)
            .Expect("Verified", true)
            .Expect("ContentDigest", backup.Text("ContentDigest"))
            .ExpectNoErrors();
        SameBackup(_console.TypeForOne($"Test-DynamoBackup Orders -Source $store -Level Live -TargetTable {RestoredTable}"), backup)
            .Expect("IsValid", true);

        // The module has had its say; the SDK alone must see the same.
        var table = (await stage.Client.DescribeTableAsync(RestoredTable, cancellationToken)).Table;
        var items = await SampleTables.ReadAsync(stage.Client, RestoredTable, cancellationToken).LongCountAsync(cancellationToken);
        if (items != stage.ItemCount || table.GlobalSecondaryIndexes is not [{ IndexName: TableShape.GlobalIndexName }])
        {
            throw new UnexpectedOutcomeException(
                $"Table '{RestoredTable}' should hold {stage.ItemCount} items, not {items}, and have the index '{TableShape.GlobalIndexName}'.");
        }
    }

    private void RepairTable(Outcome backup)
    {
        AdminConsole.Say("Or put the items back where they were lost. -Force, as the table holds items that will be overwritten.");
        _console.TypeForOne("Restore-DynamoTable Orders -Source $store -Mode Overwrite -Force -Verify -Confirm:$false")
            .Expect("TableName", Stage.TableName)
            .Expect("Written", stage.ItemCount)
            .Expect("Verified", true)
            .ExpectNoErrors();
        SameBackup(_console.TypeForOne("Test-DynamoBackup Orders -Source $store -Level Live"), backup).Expect("IsValid", true);
    }

    private void DamageBackup(Outcome backup)
    {
        var folder = Path.Combine(stage.Store, backup.Text("Path"));
        var victim = new DirectoryInfo(Path.Combine(folder, "data")).EnumerateFiles().MaxBy(static file => file.Length)!;
        Damage.ToFile(victim.FullName);
        AdminConsole.Say($"Then the backup itself is damaged: one bit in the middle of {victim.Name} has just been flipped. Which file is it?");
        _console.Type("$test = Test-DynamoBackup Orders -Source $store");
        _console.TypeForOne("$test")
            .Expect("IsValid", false)
            .ExpectError("ChecksumDiffers", file => file == $"data/{victim.Name}");
        _console.Type("$test.Findings");
    }

    private void BackUpToTwoPlaces(Outcome damaged)
    {
        AdminConsole.Say("Two places are safer than one: a single scan feeds both ($second is another folder; s3://bucket/prefix works too), within a budget.");
        foreach (var backup in _console.TypeFor(2, "Backup-DynamoTable Orders -Destination $store, $second -MaxReadUnits 2000"))
            backup.Expect("ContentDigest", damaged.Text("ContentDigest")).ExpectNoErrors();
        foreach (var copy in _console.TypeFor(2, "Get-DynamoBackup Orders -Source $store, $second -Latest | Test-DynamoBackup -Level Live"))
            copy.Expect("IsValid", true).Expect("ItemCount", stage.ItemCount);
    }

    private async Task GoBackToTheSecondAsync()
    {
        const string Quick = "-ConsistentRead -StreamSettle 0:0:1";
        AdminConsole.Say("Last, every change: turn the table's stream on. The first run takes a full backup to build on, and says so.");
        _console.TypeForOne($"Backup-DynamoTable Orders -Destination $second -Type Incremental -EnableStream {Quick}")
            .Expect("Type", "Full")
            .Expect("Exactness", "Exact")
            .ExpectNoErrors();

        await stage.Client.PutItemAsync(Stage.TableName, new() { [TableShape.HashKey] = Attr.S("ORDER#new"), ["note"] = Attr.S("written after the full backup") }, cancellationToken);
        AdminConsole.Say("A new order comes in. A second later the same accident as before happens, and somebody wants the table as it was just before it.");
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        _console.Type("$before = [DateTimeOffset]::Now");
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var (deleted, changed) = await Damage.ToTableAsync(stage.Client, Stage.TableName, cancellationToken);
        _console.TypeForOne("Backup-DynamoTable Orders -Destination $second -Type Incremental -StreamSettle 0:0:1")
            .Expect("Type", "Incremental")
            .Expect("ItemCount", deleted + changed + 1)
            .ExpectNoErrors();
        _console.TypeForOne("Restore-DynamoTable Orders -Source $second -PointInTime $before -Mode Replace -Verify -Force -Confirm:$false")
            .Expect("ItemsRead", stage.ItemCount + 1)
            .Expect("Written", deleted + changed)
            .Expect("Verified", true)
            .ExpectNoErrors();
        _console.TypeForOne("Get-DynamoBackupItem Orders -Source $second -Key @{ pk = 'ORDER#new' } -History");
    }

    private static Outcome SameBackup(Outcome outcome, Outcome backup) => outcome
        .Expect("Id", backup.Text("Id"))
        .Expect("ItemCount", long.Parse(backup.Text("ItemCount"), CultureInfo.InvariantCulture))
        .Expect("ContentDigest", backup.Text("ContentDigest"));

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
