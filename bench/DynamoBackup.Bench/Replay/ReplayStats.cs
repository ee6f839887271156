using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace DynamoBackup.Bench.Replay;

/// <summary>What a replay server has done since it was last asked to forget: by it a benchmark's row shows that it did whole work.</summary>
internal sealed class ReplayStats
{
    private readonly ConcurrentDictionary<long, byte> _connections = new();
    private readonly ConcurrentDictionary<string, TableCount> _written = new();
    private long _scanRequests, _itemsScanned, _scanBytes, _writeRequests, _writeBytes, _otherRequests, _errors;
    private long _answers, _answerTicks, _firstWrite, _lastWrite;
    private int _running, _mostRunning;
    private TimeSpan _cpuBefore = CpuTime;

    private static TimeSpan CpuTime
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>A call of DynamoDB's begins on a connection.</summary>
    public void Begin(long connection)
    {
        _connections.TryAdd(connection, 0);
        var running = Interlocked.Increment(ref _running);
        int most;
        while (running > (most = Volatile.Read(ref _mostRunning)) && Interlocked.CompareExchange(ref _mostRunning, running, most) != most)
        {
        }
    }

    /// <summary>A call has been answered.</summary>
    public void End() => Interlocked.Decrement(ref _running);

    /// <summary>An answer begins to be sent.</summary>
    /// <param name="begun">The timestamp at which the request had come.</param>
    public void Answering(long begun)
    {
        Interlocked.Increment(ref _answers);
        Interlocked.Add(ref _answerTicks, Stopwatch.GetTimestamp() - begun);
    }

    /// <summary>A page is sent.</summary>
    public void Scanned(int items, int bytes)
    {
        Interlocked.Increment(ref _scanRequests);
        Interlocked.Add(ref _itemsScanned, items);
        Interlocked.Add(ref _scanBytes, bytes);
    }

    /// <summary>A batch has been taken.</summary>
    public void Wrote(string table, int items, long bytes)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.CompareExchange(ref _firstWrite, now, 0);
        Interlocked.Exchange(ref _lastWrite, now);
        Interlocked.Increment(ref _writeRequests);
        Interlocked.Add(ref _writeBytes, bytes);
        Interlocked.Add(ref _written.GetOrAdd(table, _ => new TableCount()).Value, items);
    }

    /// <summary>Another call was made.</summary>
    public void Other() => Interlocked.Increment(ref _otherRequests);

    /// <summary>A call was refused.</summary>
    public void Refused() => Interlocked.Increment(ref _errors);

    /// <summary>Forgets everything; not to be called while a row runs.</summary>
    public void Reset()
    {
        _connections.Clear();
        _written.Clear();
        _scanRequests = _itemsScanned = _scanBytes = _writeRequests = _writeBytes = _otherRequests = _errors = _answers = _answerTicks = _firstWrite = _lastWrite = 0;
        _mostRunning = Volatile.Read(ref _running);
        _cpuBefore = CpuTime;
    }

    /// <summary>All counts as JSON.</summary>
    public byte[] ToJson()
    {
        var written = _written.OrderBy(table => table.Key, StringComparer.Ordinal).ToDictionary(table => table.Key, table => Interlocked.Read(ref table.Value.Value));
        return JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["scanRequests"] = _scanRequests,
            ["itemsScanned"] = _itemsScanned,
            ["scanBytes"] = _scanBytes,
            ["writeRequests"] = _writeRequests,
            ["itemsWritten"] = written.Values.Sum(),
            ["writeBytes"] = _writeBytes,
            ["writeSeconds"] = Stopwatch.GetElapsedTime(_firstWrite, _lastWrite).TotalSeconds,
            ["tableNames"] = written.Keys.ToArray(),
            ["itemsByTable"] = written,
            ["otherRequests"] = _otherRequests,
            ["errors"] = _errors,
            ["maxConcurrent"] = _mostRunning,
            ["connections"] = _connections.Count,
            ["meanLatencyMs"] = _answers == 0 ? 0 : Stopwatch.GetElapsedTime(0, _answerTicks).TotalMilliseconds / _answers,
            ["cpuSeconds"] = (CpuTime - _cpuBefore).TotalSeconds,
        });
    }

    private sealed class TableCount
    {
        public long Value;
    }
}
