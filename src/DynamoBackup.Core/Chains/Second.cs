using System.Globalization;

namespace DynamoBackup.Chains;

/// <summary>Whole seconds, in UTC: what a stream's changes are dated by, and what can be restored.</summary>
internal static class Second
{
    /// <summary>The whole second that the instant is in.</summary>
    public static DateTime Before(DateTime instant) => new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    /// <summary>The first whole second that is not before the instant; the last one that there is, in the last one.</summary>
    public static DateTime After(DateTime instant)
    {
        var second = Before(instant);
        return second.Ticks == instant.Ticks || DateTime.MaxValue - second < TimeSpan.FromSeconds(1) ? second : second.AddSeconds(1);
    }

    /// <summary>The second as text that every parameter for times takes.</summary>
    public static string Text(DateTime? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "(unknown)";
}
