using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace DynamoBackup.Manifests;

/// <summary>
/// A backup's id, in the form that AWS's exports use: 14 digits (milliseconds since the Unix epoch), a hyphen, 8 hexadecimal digits.
/// </summary>
public static class BackupId
{
    private const int Digits = 14;
    private const int Length = Digits + 1 + 8;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Makes an id that sorts by the instant.</summary>
    /// <param name="instant">When the backup began.</param>
    public static string Create(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"{instant.ToUnixTimeMilliseconds():D14}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>The instant in an id.</summary>
    /// <param name="id">A valid id.</param>
    public static DateTimeOffset InstantOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        // Fourteen digits go beyond the last year that a date can have.
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(long.Parse(id.AsSpan(0, Digits), CultureInfo.InvariantCulture), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    /// <summary>Tells whether a text has the form of an id.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == Length && text[Digits] == '-' && text.AsSpan(0, Digits).IndexOfAnyExceptInRange('0', '9') < 0
            && text.AsSpan(Digits + 1).IndexOfAnyExcept(HexDigits) < 0;
    }
}
