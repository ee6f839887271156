using System.Diagnostics;

namespace DynamoBackup.Changes;

/// <summary>
/// The service's time, from the dates of its answers, advanced by a stopwatch. A date is a whole second, rounded down, and on its way for a while, so this is
/// never ahead of the service and at most about a second behind. Until an answer gives a date, it is this machine's time.
/// </summary>
internal sealed class ServerClock
{
    private readonly object _lock = new();
    private DateTimeOffset? _date;
    private long _since;

    /// <summary>The service's time.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _date is { } date ? date + Stopwatch.GetElapsedTime(_since) : DateTimeOffset.UtcNow;
        }
    }

    /// <summary>Learns the date of an answer that has just come. One that is behind what is known already adds nothing.</summary>
    public void Learn(DateTimeOffset? date)
    {
        lock (_lock)
        {
            if (date is not { } told || (_date is { } known && told <= known + Stopwatch.GetElapsedTime(_since)))
                return;
            _date = told;
            _since = Stopwatch.GetTimestamp();
        }
    }
}
