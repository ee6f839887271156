using System.Runtime.CompilerServices;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class FakeClock : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _now;

    public TimeSpan Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    /// <summary>Timers that have been set and have not run.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Where a flow of control finds the time that it was told last: by when it looks again, the clock may have been moved.</summary>
    public static AsyncLocal<StrongBox<TimeSpan>?> Told { get; } = new();

    public override long GetTimestamp()
    {
        var now = Now;
        if (Told.Value is { } told)
            told.Value = now;
        return now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, period);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on to when the next timer is due, and a little further: timers are late.</summary>
    public void AdvanceToNext(TimeSpan late)
    {
        TimeSpan next;
        lock (_lock)
            next = _timers.Min(timer => timer.Due);
        Advance(next - Now + late);
    }

    public void Advance(TimeSpan time)
    {
        List<FakeTimer> due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now).OrderBy(timer => timer.Due)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Run());
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Run() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
