using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>-History and -AsOf at the prompt.</summary>
public sealed class ItemHistoryTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("-History", "-Key")]
    [InlineData("-AsOf '2026-03-01T10:00:00Z'", "-Key")]
    [InlineData("-History -Key @{ Id = 1 } -Id 01772359200000-00000001", "-Id")]
    [InlineData("-AsOf '2026-03-01T10:00:00Z' -Key @{ Id = 1 } -Where { $true }", "-Where")]
    public void What_makes_no_sense_together_is_refused(string parameters, string named)
    {
        var error = Shell.Run($"Get-DynamoBackupItem t $store {parameters}").EndedBy();
        Assert.StartsWith("InvalidArgument,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(named, error.Exception.Message, StringComparison.Ordinal);
    }
}
