namespace DynamoBackup.PowerShell.Parameters;

/// <summary>
/// The capacity that a command's parameters allow: one limit for the whole command, for its tables share a budget by it. PowerShell reads parameters off a cmdlet's own
/// bases, so a cmdlet that takes no backups declares them itself; what they mean is the same.
/// </summary>
/// <param name="kind"><c>Read</c> or <c>Write</c>, as in the parameters' names.</param>
internal sealed class CommandLimit(string kind)
{
    /// <summary>Fewest units a second.</summary>
    public const double LeastUnits = 0.1;

    /// <summary>Most units a second.</summary>
    public const double MostUnits = 1e9;

    /// <summary>Smallest share of what the table has.</summary>
    public const int LeastPercent = 1;

    /// <summary>All of it.</summary>
    public const int MostPercent = 100;

    private CapacityLimit? _limit;

    /// <summary>The limit; null where no parameter is given.</summary>
    /// <param name="units">The units a second.</param>
    /// <param name="percent">The share of what the table has.</param>
    /// <exception cref="DynamoBackupException">Both are given.</exception>
    public CapacityLimit? Of(double? units, int? percent)
    {
        if (units is not null && percent is not null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"Give either -Max{kind}Units or -{kind}CapacityPercent, not both.");
        return units is null && percent is null ? null : _limit ??= new CapacityLimit(units, percent);
    }
}
