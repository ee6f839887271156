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

    private static string Spell(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):0} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalHours):0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalDays):#,0} days"),
    };
}
