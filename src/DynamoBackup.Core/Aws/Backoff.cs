namespace DynamoBackup.Aws;

/// <summary>Growing waits with full jitter, so that many workers do not come back at once.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Waits asked for so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var ceiling = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Attempts));
        Attempts++;
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * ceiling);
    }
}
