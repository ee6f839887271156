using System.Globalization;

namespace DynamoBackup.Aws;

/// <summary>
/// Capacity units a second, shared by all who ask: whoever asked first goes first, so that what one does not use is the others'. A
/// request reserves what it will probably cost, goes as soon as all earlier ones are paid for, and is corrected by what it did cost.
/// It begins with nothing saved up. Throttling makes the rate fall at once and come back slowly.
/// </summary>
internal sealed class CapacityBudget(double unitsPerSecond, CapacityKind kind, TimeProvider? clock = null)
{
    /// <summary>What is saved up while no one asks or a timer is late, in seconds of the rate.</summary>
    public const double CarriedSeconds = 0.25;

    private const double Fall = 0.7;
    private const double LowestShare = 0.02;
    private const double ShareBackPerSecond = 0.05;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenFalls = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(5);

    /// <summary>Whoever is next looks again this often: the rate and what is owed change while it waits.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly object _lock = new();
    private Task _last = Task.CompletedTask;
    private double _rate = unitsPerSecond;
    private double _balance;
    private long? _counted;
    private long? _throttled;
    private long? _fell;
    private long? _told;
    private bool _tellWhenBack;

    /// <summary>The most that is ever allowed, in units a second.</summary>
    public double Maximum { get; } = unitsPerSecond;

    /// <summary>What is allowed now, in units a second.</summary>
    public double UnitsPerSecond
    {
        get
        {
            lock (_lock)
                return _rate;
        }
    }

    /// <summary>Waits for one's turn and until all that went before is paid for, then takes the units.</summary>
    /// <param name="units">What the request will probably cost.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing is taken then.</param>
    public async Task ReserveAsync(double units, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Interlocked.Exchange(ref _last, turn.Task);
        try
        {
            await before.WaitAsync(cancellationToken);
            while (!TryTake(units, out var wait))
                await Task.Delay(wait, _clock, cancellationToken);
        }
        finally
        {
            // Whoever gives up in the queue still hands the turn on only when it has come.
            if (before.IsCompleted)
                turn.SetResult();
            else
                _ = before.ContinueWith(_ => turn.SetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Corrects a reservation by what the request did cost.</summary>
    public void Settle(double reserved, double consumed, IRunOutput output)
    {
        string? message = null;
        lock (_lock)
        {
            Count();
            _balance = Math.Min(_balance + reserved - consumed, _rate * CarriedSeconds);
            if (_tellWhenBack && _rate >= Maximum)
            {
                message = string.Create(CultureInfo.InvariantCulture, $"No longer throttled: {Word}s are back at {Maximum:#,0.##} units a second.");
                _tellWhenBack = false;
            }
        }

        if (message is not null)
            output.Verbose(message);
    }

    /// <summary>Takes note that the service throttled a request, or left a part of it undone.</summary>
    public void Throttled(IRunOutput output)
    {
        string? message = null;
        lock (_lock)
        {
            Count();
            var now = _clock.GetTimestamp();
            _throttled = now;
            // Requests that were under way as the rate fell say nothing about the new one.
            if (!IsPast(_fell, BetweenFalls))
                return;
            _fell = now;
            _rate = Math.Max(_rate * Fall, Maximum * LowestShare);
            _balance = Math.Min(_balance, 0);
            if (IsPast(_told, BetweenMessages))
            {
                _told = now;
                _tellWhenBack = true;
                message = string.Create(CultureInfo.InvariantCulture, $"The service throttles; {Word}s go on at {_rate:#,0.##} of {Maximum:#,0.##} units a second, and faster again as it lets them.");
            }
        }

        if (message is not null)
            output.Verbose(message);
    }

    private string Word => kind == CapacityKind.Read ? "read" : "write";

    private bool TryTake(double units, out TimeSpan wait)
    {
        lock (_lock)
        {
            Count();
            if (_balance >= 0)
            {
                _balance -= units;
                wait = TimeSpan.Zero;
                return true;
            }

            // Timers are a little early at times; without the millisecond, that would be a busy wait.
            var owed = TimeSpan.FromSeconds(Math.Min(-_balance / _rate, Look.TotalSeconds)) + TimeSpan.FromMilliseconds(1);
            wait = owed < Look ? owed : Look;
            return false;
        }
    }

    /// <summary>Adds what has been earned since the last time, and lets the rate recover.</summary>
    private void Count()
    {
        var now = _clock.GetTimestamp();
        var elapsed = _counted is { } counted ? _clock.GetElapsedTime(counted, now).TotalSeconds : 0;
        _counted = now;
        _balance = Math.Min(_balance + elapsed * _rate, _rate * CarriedSeconds);
        if (_rate >= Maximum || _throttled is not { } throttled)
            return;
        var calm = Math.Min(elapsed, (_clock.GetElapsedTime(throttled, now) - Calm).TotalSeconds);
        if (calm > 0)
            _rate = Math.Min(Maximum, _rate + calm * Maximum * ShareBackPerSecond);
    }

    private bool IsPast(long? since, TimeSpan time) => since is not { } start || _clock.GetElapsedTime(start) >= time;
}
