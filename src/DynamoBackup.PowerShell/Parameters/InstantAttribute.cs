using System.Globalization;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>
/// Reads what is given as an instant. Without a zone it is this machine's local time; a local time that the clocks pass twice, or never, when daylight saving time ends or begins is refused, for an hour
/// would be guessed.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InstantAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Read(inputData is PSObject wrapped ? wrapped.BaseObject : inputData, TimeZoneInfo.Local)!;
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    /// <summary>Reads a value.</summary>
    /// <param name="value">Text, a DateTime, or what PowerShell is to convert.</param>
    /// <param name="zone">The zone of local times.</param>
    /// <exception cref="FormatException">It is not one instant.</exception>
    internal static object? Read(object? value, TimeZoneInfo zone)
    {
        if (value is DateTime { Kind: DateTimeKind.Unspecified } unspecified)
            return OfLocal(unspecified, zone);
        if (value is not string text)
            return value;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            throw new FormatException($"'{text}' is not a time. Give ISO text such as '2026-03-01T10:15:00Z', a DateTime or a DateTimeOffset.");
        return read.Kind == DateTimeKind.Unspecified ? OfLocal(read, zone) : instant;
    }

    private static DateTimeOffset OfLocal(DateTime time, TimeZoneInfo zone)
    {
        var text = time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        if (zone.IsInvalidTime(time))
            throw new FormatException($"There is no local time {text} in this machine's time zone: the clocks are put forward over it. Say which instant is meant by giving its zone: '{text}Z', or '{text}+01:00'.");
        if (zone.IsAmbiguousTime(time))
        {
            var meant = zone.GetAmbiguousTimeOffsets(time).OrderDescending().Select(offset => $"'{text}{(offset < TimeSpan.Zero ? "-" : "+")}{offset:hh\\:mm}'");
            throw new FormatException($"The local time {text} comes twice in this machine's time zone, as the clocks are put back. Say which one is meant: {string.Join(" or ", meant)}.");
        }

        return new DateTimeOffset(time, zone.GetUtcOffset(time));
    }
}
