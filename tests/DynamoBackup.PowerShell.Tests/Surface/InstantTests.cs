using System.Reflection;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>What -PointInTime and -AsOf take for an instant, in a zone whose clocks go an hour forward at the end of March and back at the end of October.</summary>
public sealed class InstantTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone(
        "Test", TimeSpan.FromHours(1), "Test", "Test", "Test summer",
        [
            TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
                TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday)),
        ]);

    [Theory]
    [InlineData("2026-03-01T10:15:00Z", "2026-03-01T10:15:00Z")]
    [InlineData("2026-03-01T10:15:00+05:00", "2026-03-01T05:15:00Z")]
    [InlineData("2026-03-01 10:15:00", "2026-03-01T09:15:00Z")]
    [InlineData("2026-07-01 10:15:00", "2026-07-01T08:15:00Z")]
    [InlineData("2026-07-01", "2026-06-30T22:00:00Z")]
    [InlineData("2026-10-25T02:30:00Z", "2026-10-25T02:30:00Z")]
    [InlineData("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z")]
    public void One_instant_is_read(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), ((DateTimeOffset)Read(text, Zone)!).ToUniversalTime());

    [Theory]
    [InlineData("2026-10-25 02:30", "+02:00")]
    [InlineData("2026-03-29 02:30", "no local time")]
    [InlineData("26.11.2026 10:00", "ISO")]
    [InlineData("now", "ISO")]
    [InlineData("", "ISO")]
    public void What_is_no_instant_or_two_is_refused(string text, string hint) =>
        Assert.Contains(hint, Assert.Throws<FormatException>(() => Read(text, Zone)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_DateTime_without_a_kind_is_local_and_one_with_a_kind_is_left_to_PowerShell()
    {
        Assert.Throws<FormatException>(() => Read(new DateTime(2026, 10, 25, 2, 30, 0, DateTimeKind.Unspecified), Zone));
        Assert.Equal(TimeSpan.FromHours(2), ((DateTimeOffset)Read(new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Unspecified), Zone)!).Offset);
        var utc = new DateTime(2026, 10, 25, 2, 30, 0, DateTimeKind.Utc);
        Assert.Equal(utc, Read(utc, Zone));
    }

    /// <summary>The module's own method: the tests load the module as PowerShell does, and reference none of it.</summary>
    private object? Read(object value, TimeZoneInfo zone)
    {
        var attribute = (Type)Shell.Run("(Get-Command Restore-DynamoTable).Parameters.PointInTime.Attributes | Where-Object { $_.GetType().Name -eq 'InstantAttribute' } | ForEach-Object GetType").Single().BaseObject;
        try
        {
            return attribute.GetMethod("Read", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [value, zone]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is FormatException format)
        {
            throw format;
        }
    }
}
