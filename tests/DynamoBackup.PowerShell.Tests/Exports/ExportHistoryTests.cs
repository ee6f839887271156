using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Exports;

/// <summary>The past of an item out of exports by AWS, at the prompt.</summary>
public sealed class ExportHistoryTests(Dynalite dynalite) : ExportModuleTest(dynalite)
{
    [Theory]
    [InlineData(ExportChange.NewAndOldImages)]
    [InlineData(ExportChange.NewImage)]
    public void Each_windows_last_change_is_told_and_a_time_within_one_is_refused(string view)
    {
        var start = new DateTimeOffset(2024, 5, 1, 10, 0, 0, TimeSpan.Zero);
        Export("Catalog", new() { Start = start }, [Item("a")]);
        var change = new ExportChange(start.AddMinutes(12).ToUnixTimeMilliseconds() * 1000, """{"pk":{"S":"k"}}""", Item("a"), Item("c"));
        Export("Catalog", new() { Kind = ExportKind.Incremental, Seed = 2, Start = start.AddMinutes(31), From = start, To = start.AddMinutes(30), View = view }, [change.ToLine(view)]);

        var versions = Shell.Run("Get-DynamoBackupItem Catalog $store -Key @{ pk = 'k' } -History").Succeeded();
        Assert.Equal(["Present a", "Update c"], versions.Select(version => $"{version.Text("Change")} {((System.Management.Automation.PSObject)version.Properties["Item"].Value).Text("v")}"));
        Assert.Equal("a", Shell.Run("(Get-DynamoBackupItem Catalog $store -Key @{ pk = 'k' } -AsOf 2024-05-01T10:00:00Z).Item.v").Single().ToString());
        Assert.Equal("c", Shell.Run("(Get-DynamoBackupItem Catalog $store -Key @{ pk = 'k' } -AsOf 2024-05-01T10:30:00Z).Item.v").Single().ToString());
        var error = Shell.Run("Get-DynamoBackupItem Catalog $store -Key @{ pk = 'k' } -AsOf 2024-05-01T10:12:00Z").SingleError();
        Assert.StartsWith("PointInTimeNotCovered,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("2024-05-01T10:00:00Z before it and 2024-05-01T10:30:00Z after it", error.Exception.Message, StringComparison.Ordinal);
    }

    private static string Item(string value) => $$$"""{"pk":{"S":"k"},"v":{"S":"{{{value}}}"}}""";
}
