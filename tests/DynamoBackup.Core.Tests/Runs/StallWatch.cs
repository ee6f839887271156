using System.Diagnostics;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Measures how long the machine let nothing run: that time is missing from a rate without anyone's fault.</summary>
internal sealed class StallWatch : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _stalled;

    public StallWatch() => _watching = WatchAsync();

    /// <summary>The stalls so far, in all.</summary>
    public TimeSpan Stalled => TimeSpan.FromTicks(Interlocked.Read(ref _stalled));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Tick, CancellationToken.None);
            var late = Stopwatch.GetElapsedTime(began) - Tick;
            if (late > Usual)
                Interlocked.Add(ref _stalled, late.Ticks);
        }
    }
}
