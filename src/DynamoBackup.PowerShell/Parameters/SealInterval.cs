using System.Globalization;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>What -SealEvery takes: a time, a size, or both.</summary>
/// <param name="Time">How often an increment is completed; null where only a size was given.</param>
/// <param name="Bytes">The stored bytes at which one is completed before that; null where only a time was given.</param>
internal sealed record SealInterval(TimeSpan? Time, long? Bytes)
{
    private const long LeastBytes = 64L << 10;
    private const string Hint = "Give a time such as 00:05:00 or (New-TimeSpan -Minutes 5), a size such as 64MB, or both.";
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostTime = TimeSpan.FromHours(12);

    /// <summary>Reads what was given.</summary>
    /// <exception cref="DynamoBackupException">It is neither a time nor a size, or makes no sense.</exception>
    public static SealInterval Read(object[]? values)
    {
        var read = new SealInterval(null, null);
        foreach (var value in (values ?? []).Select(given => given is PSObject wrapped ? wrapped.BaseObject : given))
        {
            if (TimeOf(value) is { } time && read.Time is null)
                read = read with { Time = time >= LeastTime && time <= MostTime ? time : throw Refuse($"-SealEvery is {time:c}, which is not between 1 second and 12 hours.") };
            else if (SizeOf(value) is { } bytes && read.Bytes is null)
                read = read with { Bytes = bytes >= LeastBytes ? bytes : throw Refuse($"-SealEvery is {bytes}: a bare number is a size in bytes, and 64KB is the least.") };
            else
                throw Refuse($"-SealEvery takes no '{value}' here.");
        }

        return read;
    }

    private static TimeSpan? TimeOf(object? value) => value switch
    {
        TimeSpan time => time,
        string text when text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) => time,
        _ => null,
    };

    private static long? SizeOf(object? value) => value switch
    {
        int or long or double or decimal => LanguagePrimitives.TryConvertTo<long>(value, CultureInfo.InvariantCulture, out var bytes) ? bytes : null,
        _ => null,
    };

    private static DynamoBackupException Refuse(string what) => new(BackupErrorCode.InvalidArgument, $"{what} {Hint}");
}
