using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>Chains are listed, an instant leads to its backups, and a chain is removed in one go.</summary>
public sealed class ChainTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Full = "01772359200000-00000001";
    private const string Completion = "01772359200000-00000002";
    private const string First = "01772359800000-00000003";
    private const string Second = "01772360400000-00000004";

    [Fact]
    public async Task A_chain_is_listed_with_its_base_first_and_by_the_id_of_any_of_it()
    {
        var table = await MakeAsync();
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var listed = Shell.Run("Get-DynamoBackup -Source $store -Chain").Succeeded();
        Assert.Equal([Full, Completion, First, Second], Ids(listed).Take(4));
        Assert.Equal(5, listed.Count);
        Assert.Equal(["Full", "Incremental", "Incremental", "Incremental"], listed.Take(4).Select(backup => backup.Text("Type")));
        Assert.Equal([Full, Completion, First, Second], Ids(Shell.Run($"Get-DynamoBackup {table} $store -Chain -Id {First}").Succeeded()));
        Assert.Single(Shell.Run($"Get-DynamoBackup {table} $store -Chain -After ([datetime]::Now.AddHours(-1)) | Where-Object Type -eq Full | Where-Object Id -gt {Second}").Succeeded());
    }

    [Fact]
    public async Task What_is_missing_is_named_and_another_store_mends_it()
    {
        await MakeAsync();
        var other = Folder.Combine("other");
        Directory.CreateDirectory(other);
        var lost = Path.GetDirectoryName(Store.FileEndingIn($"{First}/manifest-summary.json"))!;
        var place = Path.Combine(other, Path.GetRelativePath(Store.Path, lost));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        Directory.Move(lost, place);
        Shell.Set("other", other);

        var broken = Shell.Run($"(Get-DynamoBackup -Source $store -Chain -Id {Second}).Findings").Succeeded();
        Assert.Equal("ChainBroken", Assert.Single(broken, finding => finding.Text("Severity") == "Error").Text("Kind"));
        Assert.Contains($"{First} is missing", broken[0].Text("Detail"), StringComparison.Ordinal);
        Assert.Equal([Full, Completion, First, Second], Ids(Shell.Run("Get-DynamoBackup -Source $store, $other -PointInTime '2026-03-01T10:25:00Z'").Succeeded()));
    }

    [Theory]
    [InlineData("'2026-03-01T10:05:00Z'", 2)]
    [InlineData("'2026-03-01T11:15:00.7+01:00'", 3)]
    [InlineData("([datetime]::new(2026, 3, 1, 10, 20, 1, [DateTimeKind]::Utc).ToLocalTime())", 4)]
    [InlineData("([datetimeoffset]'2026-03-01T10:20:00Z')", 3)]
    [InlineData("([datetime]::new(2026, 3, 1, 10, 30, 0, [DateTimeKind]::Utc).ToLocalTime().ToString('yyyy-MM-dd HH:mm:ss'))", 4)]
    public async Task An_instant_gives_the_backups_that_a_restore_uses(string at, int count)
    {
        var table = await MakeAsync();
        Assert.Equal(new[] { Full, Completion, First, Second }.Take(count), Ids(Shell.Run($"Get-DynamoBackup {table} $store -PointInTime {at}").Succeeded()));
    }

    [Fact]
    public async Task An_instant_that_is_not_covered_names_the_nearest_and_the_other_tables_go_on()
    {
        var table = await MakeAsync();
        ExpectedError.Of("Get", "PointInTimeNotCovered", "ObjectNotFound", table, "2026-03-01T10:30:00Z").AssertIs(Shell.Run($"Get-DynamoBackup {table} $store -PointInTime '2026-03-01T10:30:01Z'").SingleError());
        var other = await CreateBackupAsync();
        var run = Shell.Run("Get-DynamoBackup -Source $store -PointInTime '2026-03-01T10:30:00Z'");
        Assert.Equal(4, run.Output.Count);
        Assert.Equal(other, Assert.Single(run.Errors).TargetObject);
    }

    [Theory]
    [InlineData("-Chain -Latest")]
    [InlineData("-Chain -Unfinished")]
    [InlineData("-PointInTime '2026-03-01' -Latest")]
    [InlineData("-PointInTime '2026-03-01' -Chain")]
    [InlineData("-PointInTime '2026-03-01' -Id 01772359200000-00000001")]
    [InlineData("-PointInTime '2026-03-01' -After '2026-03-01'")]
    [InlineData("-Chain -Id nothing")]
    public async Task What_makes_no_sense_together_is_refused(string parameters)
    {
        await MakeAsync();
        Assert.StartsWith("InvalidArgument,", Shell.Run($"Get-DynamoBackup -Source $store {parameters}").EndedBy().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("'5'")]
    [InlineData("'noon'")]
    public void What_is_no_time_is_refused(string at) =>
        Assert.Matches("^(CannotConvertArgument|ParameterArgumentTransformationError)", Shell.Run($"Get-DynamoBackup -Source $store -PointInTime {at}").EndedBy().FullyQualifiedErrorId);

    [Fact]
    public async Task An_id_that_is_not_there_is_not_found()
    {
        await MakeAsync();
        Assert.StartsWith("BackupNotFound,", Shell.Run("Get-DynamoBackup -Source $store -Chain -Id 01772359200000-0000000f").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_chain_the_end_goes_and_the_middle_and_the_base_do_not()
    {
        await MakeAsync();
        foreach (var id in new[] { Full, Completion, First })
        {
            Assert.StartsWith("BackupHasChildren,", Shell.Run($"Remove-DynamoBackup -Source $store -Id {id} -Confirm:$false -Force").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.StartsWith("BackupHasChildren,", Shell.Run($"Get-DynamoBackup -Source $store -Id {id} | Remove-DynamoBackup -Confirm:$false -Force").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        }

        Assert.Equal([Second, First], Shell.Run($"Get-DynamoBackup -Source $store | Where-Object Id -in {First}, {Second} | Remove-DynamoBackup -Confirm:$false").Succeeded().Select(removed => removed.Text("Id")));
        Assert.Equal([Full, Completion], Shell.Run("Get-DynamoBackup -Source $store | Remove-DynamoBackup -Confirm:$false -Force").Succeeded().Select(removed => removed.Text("Id")));
        Store.AssertEmpty();
    }

    [Fact]
    public async Task A_whole_chain_goes_in_one_go_and_what_if_refuses_nothing()
    {
        await MakeAsync();
        var before = Store.Files;
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store -Chain | Remove-DynamoBackup -WhatIf").Succeeded());
        Assert.Equal(before, Store.Files);
        Assert.Equal([Second, First, Full, Completion], Shell.Run("Get-DynamoBackup -Source $store -Chain | Remove-DynamoBackup -Confirm:$false -Force").Succeeded().Select(removed => removed.Text("Id")));
        Store.AssertEmpty();
    }

    [Fact]
    public async Task Who_keeps_a_link_keeps_what_it_builds_on()
    {
        await MakeAsync();
        Shell.AnswerChoice = message => message.Contains(Second, StringComparison.Ordinal) ? 2 : 0;
        var run = Shell.Run("Get-DynamoBackup -Source $store -Chain | Remove-DynamoBackup -Confirm -Force");
        Assert.Empty(run.Output);
        Assert.All(run.Errors, error => Assert.StartsWith("BackupHasChildren,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(4, Shell.Run("Get-DynamoBackup -Source $store").Succeeded().Count);
    }

    /// <summary>Read from 10:00 to 10:05, exact with the second; links to 10:20 and 10:30.</summary>
    private async Task<string> MakeAsync()
    {
        var table = await CreateBackupAsync();
        var chain = new ChainFolder(Store);
        chain.Add(Completion, Says("INCREMENTAL", Full, "10:00", "10:05"));
        chain.Add(Full, new(Says("FULL", null, "10:00", "10:05")) { ["exactness"] = "EXACT", ["exactWith"] = Completion });
        chain.Add(First, Says("INCREMENTAL", Completion, "10:05", "10:20"));
        chain.Add(Second, Says("INCREMENTAL", First, "10:20", "10:30"));
        chain.RemoveFirst();
        return table;
    }

    private static Dictionary<string, string?> Says(string type, string? parent, string from, string to) => new()
    {
        ["type"] = type,
        ["parentId"] = parent,
        ["fromUtc"] = $"2026-03-01T{from}:00Z",
        ["toUtc"] = $"2026-03-01T{to}:00Z",
    };

    private static IEnumerable<string> Ids(IEnumerable<PSObject> backups) => backups.Select(backup => backup.Text("Id"));
}
