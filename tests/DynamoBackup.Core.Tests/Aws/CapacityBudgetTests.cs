using CsCheck;
using DynamoBackup.Aws;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>A budget never gives more than its rate and one request, gives it in the order of asking, and wastes nothing while someone asks.</summary>
public sealed class CapacityBudgetTests
{
    private static readonly Gen<(double, double, int)> Exact = Gen.Select(Gen.Double[0.5, 130], Gen.Int[1, 900], (units, time) => (units, units, time));
    private static readonly Gen<(double, double, int)> Wrong = Gen.Select(Gen.Double[0.5, 130], Gen.Double[0.5, 130], Gen.Int[1, 900]);
    private readonly CollectedOutput _output = new();
    private readonly FakeClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void In_any_time_the_rate_and_one_request_are_the_most_that_goes() =>
        Gen.Select(Gen.Double[0.5, 2_000], Exact.Array[0, 25].Array[1, 8], Gen.Int[0, 400]).Sample((rate, requests, late) =>
        {
            var gone = Simulate(rate, requests, late);
            var most = gone.Select(request => request.Reserved).DefaultIfEmpty().Max();
            for (var first = 0; first < gone.Count; first++)
            {
                var sum = 0.0;
                for (var last = first; last < gone.Count; last++)
                {
                    sum += gone[last].Consumed;
                    var seconds = (gone[last].At - gone[first].At).TotalSeconds;
                    var saved = first == 0 ? 0 : CapacityBudget.CarriedSeconds * rate;
                    Assert.True(sum <= rate * seconds + saved + most + 0.001, $"{sum} units in {seconds} s at {rate}");
                }
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void Wrong_estimates_are_made_good() =>
        Gen.Select(Gen.Double[0.5, 2_000], Wrong.Array[1, 25].Array[1, 8]).Sample((rate, requests) =>
        {
            var gone = Simulate(rate, requests, 0);
            // Each worker may have one request under way of whose cost nothing is known yet.
            Assert.True(gone.Sum(request => request.Consumed) <= rate * (gone[^1].At - gone[0].At).TotalSeconds + (requests.Length + 1) * 130);
        }, iter: 60, threads: 1);

    [Fact]
    public void While_someone_asks_nothing_is_wasted_though_timers_are_late() =>
        Gen.Select(Gen.Double[20, 2_000], Gen.Double[0.5, 130].Array[2, 60], Gen.Int[0, 100]).Sample((rate, units, late) =>
        {
            var gone = Simulate(rate, [.. units.Select(cost => new[] { (cost, cost, 1) })], late);
            var needed = gone.Take(gone.Count - 1).Sum(request => request.Consumed) / rate;
            Assert.InRange(gone[^1].At.TotalSeconds, needed - 0.001, needed + 0.25);
        }, iter: 60, threads: 1);

    [Fact]
    public void Who_does_not_ask_leaves_its_share_to_the_others()
    {
        (double, double, int)[] busy = [.. Enumerable.Repeat((10.0, 10.0, 20), 41)];
        var gone = Simulate(100, [busy, [(10, 10, 1)], [(10, 10, 1)], [(10, 10, 1)]], 0);
        Assert.InRange(gone[^1].At.TotalSeconds, 4.2, 4.4);
    }

    [Fact]
    public async Task Who_asks_first_goes_first()
    {
        var budget = new CapacityBudget(10, CapacityKind.Read, _clock);
        var order = new List<int>();
        await budget.ReserveAsync(1, Cancellation);
        var waiting = Enumerable.Range(0, 20).Select(async index =>
        {
            await budget.ReserveAsync(1, Cancellation);
            lock (order)
                order.Add(index);
        }).ToList();
        while (!Task.WhenAll(waiting).IsCompleted)
        {
            if (_clock.Pending > 0)
                _clock.AdvanceToNext(TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Fact]
    public async Task Idle_time_saves_up_a_quarter_of_a_second_and_no_more()
    {
        var budget = new CapacityBudget(100, CapacityKind.Write, _clock);
        await budget.ReserveAsync(1, Cancellation);
        _clock.Advance(TimeSpan.FromHours(1));
        var gone = 0;
        // At 25 the balance is at 0, which still lets one through.
        for (; gone < 26; gone++)
            Assert.True(budget.ReserveAsync(1, Cancellation).IsCompletedSuccessfully);
        Assert.False(budget.ReserveAsync(1, Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_takes_nothing_and_keeps_no_one()
    {
        var budget = new CapacityBudget(10, CapacityKind.Read, _clock);
        await budget.ReserveAsync(10, Cancellation);
        using var cancel = new CancellationTokenSource();
        var first = budget.ReserveAsync(1_000, cancel.Token);
        var second = budget.ReserveAsync(1_000, cancel.Token);
        var third = budget.ReserveAsync(1, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        while (!third.IsCompleted)
        {
            if (_clock.Pending > 0)
                _clock.AdvanceToNext(TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.InRange(_clock.Now.TotalSeconds, 1, 1.1);
    }

    [Fact]
    public async Task Who_gives_up_in_the_middle_of_the_queue_lets_no_one_past_those_before()
    {
        var budget = new CapacityBudget(10, CapacityKind.Read, _clock);
        await budget.ReserveAsync(10, Cancellation);
        using var cancel = new CancellationTokenSource();
        var first = budget.ReserveAsync(10, Cancellation);
        var second = budget.ReserveAsync(10, cancel.Token);
        var third = budget.ReserveAsync(10, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, _clock.Pending);
        Assert.False(first.IsCompleted || third.IsCompleted);
        while (!third.IsCompleted)
        {
            if (_clock.Pending > 0)
                _clock.AdvanceToNext(TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.True(first.IsCompletedSuccessfully);
        Assert.InRange(_clock.Now.TotalSeconds, 2, 2.2);
    }

    [Fact]
    public void Throttling_makes_the_rate_fall_once_a_second_and_not_below_a_fiftieth()
    {
        var budget = new CapacityBudget(100, CapacityKind.Read, _clock);
        for (var answer = 0; answer < 32; answer++)
            budget.Throttled(_output);
        Assert.Equal(70, budget.UnitsPerSecond, 0.001);
        for (var second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            budget.Throttled(_output);
        }

        Assert.Equal(2, budget.UnitsPerSecond, 0.001);
    }

    [Fact]
    public void The_rate_comes_back_slowly_to_the_maximum_and_no_further()
    {
        var budget = new CapacityBudget(100, CapacityKind.Read, _clock);
        budget.Throttled(_output);
        var rates = new List<double>();
        for (var second = 0; second < 10; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            budget.Settle(0, 0, _output);
            rates.Add(budget.UnitsPerSecond);
        }

        Assert.Equal([70, 75, 80, 85, 90, 95, 100, 100, 100, 100], rates.Select(rate => Math.Round(rate, 3)));
    }

    [Fact]
    public void Changes_are_told_every_few_seconds_and_not_one_by_one()
    {
        var budget = new CapacityBudget(100, CapacityKind.Write, _clock);
        for (var tenth = 0; tenth < 100; tenth++)
        {
            budget.Throttled(_output);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.InRange(_output.Messages.Count, 2, 3);
        Assert.Contains("writes go on at 70 of 100 units", _output.Messages.First(), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        budget.Settle(0, 0, _output);
        budget.Settle(0, 0, _output);
        Assert.Single(_output.Messages, message => message.Contains("writes are back at 100 units", StringComparison.Ordinal));
    }

    private static List<(TimeSpan At, double Reserved, double Consumed)> Simulate(double rate, (double, double, int)[][] requests, int late)
    {
        var clock = new FakeClock();
        var simulation = new BudgetSimulation(new CapacityBudget(rate, CapacityKind.Read, clock), clock);
        simulation.Run(requests, TimeSpan.FromMilliseconds(late));
        return simulation.Gone;
    }
}
