using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Takes backups, and reads tables beside them within a limit.</summary>
public abstract class TableReadingCmdlet : BackupInputCmdlet
{
    private CapacityLimit? _limit;

    /// <summary>The most read capacity units a second.</summary>
    [Parameter]
    [ValidateRange(0.1, 1e9)]
    public double? MaxReadUnits { get; set; }

    /// <summary>The most read capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    /// <summary>What the parameters allow, one for the whole command; null where they do not limit it.</summary>
    /// <exception cref="DynamoBackupException">Both are given.</exception>
    private protected CapacityLimit? ReadLimit => _limit ??= CapacityParameters.Limit("Read", MaxReadUnits, ReadCapacityPercent);
}
