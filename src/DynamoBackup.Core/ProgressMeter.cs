using System.Diagnostics;

namespace DynamoBackup;

/// <summary>Counts items and bytes from many threads and reports them, a few times a second at most.</summary>
internal sealed class ProgressMeter(IRunOutput output, string tableName, string stage, long? itemsTotal, long? bytesTotal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _items;
    private long _bytes;
    private long _lastReport;

    /// <summary>How long ago the newest change that has been taken was made; null where no changes are captured.</summary>
    public TimeSpan? Lag { get; set; }

    /// <summary>Items so far.</summary>
    public long Items => Interlocked.Read(ref _items);

    /// <summary>Bytes so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Adds what was done.</summary>
    public void Add(long items, long bytes)
    {
        Interlocked.Add(ref _items, items);
        Interlocked.Add(ref _bytes, bytes);
        var last = Interlocked.Read(ref _lastReport);
        if (Stopwatch.GetElapsedTime(last) >= Interval && Interlocked.CompareExchange(ref _lastReport, Stopwatch.GetTimestamp(), last) == last)
            output.Progress(new BackupProgress(tableName, stage, Items, itemsTotal, Bytes, bytesTotal, Stopwatch.GetElapsedTime(_began)) { Lag = Lag });
    }
}
