using System.Globalization;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Tells in words what capacity work takes.</summary>
internal static class CapacityWords
{
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
