using System.Globalization;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>What the capacity parameters of the cmdlets share.</summary>
internal static class CapacityParameters
{
    /// <summary>The limit that two parameters describe; null where neither is given.</summary>
    /// <param name="kind"><c>Read</c> or <c>Write</c>, as in the parameters' names.</param>
    /// <param name="units">The units a second.</param>
    /// <param name="percent">The share of what the table has.</param>
    /// <exception cref="DynamoBackupException">Both are given.</exception>
    public static CapacityLimit? Limit(string kind, double? units, int? percent)
    {
        if (units is not null && percent is not null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"Give either -Max{kind}Units or -{kind}CapacityPercent, not both.");
        return units is null && percent is null ? null : new CapacityLimit(units, percent);
    }

    /// <summary>What work costs and how long it takes at least, in words.</summary>
    public static string Describe(double units, string kind, TimeSpan? duration, string basis) => string.Create(
        CultureInfo.InvariantCulture,
        $"{units:#,0.#} {kind} units, {(duration is { } time ? $"at least {Spell(time)} at {basis}" : $"time unknown: {basis}")}");

    /// <summary>Rounded down, as "at least" is said of it.</summary>
    private static string Spell(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s"),
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds):0} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalMinutes):0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalDays):#,0} days"),
    };
}
