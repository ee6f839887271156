using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Takes backups, and reads tables beside them within a limit.</summary>
public abstract class TableReadingCmdlet : BackupInputCmdlet
{
    private readonly CommandLimit _limit = new("Read");

    /// <summary>The most read capacity units a second.</summary>
    [Parameter]
    [ValidateRange(CommandLimit.LeastUnits, CommandLimit.MostUnits)]
    public double? MaxReadUnits { get; set; }

    /// <summary>The most read capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(CommandLimit.LeastPercent, CommandLimit.MostPercent)]
    public int? ReadCapacityPercent { get; set; }

    /// <summary>What the parameters allow, one for the whole command; null where they do not limit it.</summary>
    /// <exception cref="DynamoBackupException">Both are given.</exception>
    private protected CapacityLimit? ReadLimit => _limit.Of(MaxReadUnits, ReadCapacityPercent);
}
