using System.Diagnostics;
using System.Runtime.CompilerServices;
using DynamoBackup.Aws;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>Workers that share a budget on a clock of their own: each reserves, takes its time, settles, and begins again.</summary>
internal sealed class BudgetSimulation(CapacityBudget budget, FakeClock clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly object _lock = new();
    private readonly CollectedOutput _output = new();
    private int _reserving;
    private int _working;

    /// <summary>When which request went, and what it did cost, in the order of going.</summary>
    public List<(TimeSpan At, double Reserved, double Consumed)> Gone { get; private set; } = [];

    /// <summary>Runs all workers to their end.</summary>
    /// <param name="requests">For each worker, what its requests reserve, consume and how long they take.</param>
    /// <param name="late">How late timers run.</param>
    public void Run(IReadOnlyList<(double Reserved, double Consumed, int Milliseconds)[]> requests, TimeSpan late)
    {
        _reserving = requests.Count(worker => worker.Length > 0);
        var workers = Task.WhenAll(requests.Where(worker => worker.Length > 0).Select(worker => Task.Run(() => WorkAsync(worker))));
        while (true)
        {
            WaitUntilAllWait(workers);
            if (workers.IsCompleted)
                break;
            clock.AdvanceToNext(late);
        }

        workers.GetAwaiter().GetResult();
        Gone = [.. Gone.OrderBy(request => request.At)];
    }

    private async Task WorkAsync((double Reserved, double Consumed, int Milliseconds)[] requests)
    {
        var told = new StrongBox<TimeSpan>();
        FakeClock.Told.Value = told;
        for (var index = 0; index < requests.Length; index++)
        {
            var (reserved, consumed, milliseconds) = requests[index];
            await budget.ReserveAsync(reserved, CancellationToken.None);
            lock (_lock)
            {
                Gone.Add((told.Value, reserved, consumed));
                _reserving--;
                _working++;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), clock);
            budget.Settle(reserved, consumed, _output);
            lock (_lock)
            {
                _working--;
                _reserving += index + 1 < requests.Length ? 1 : 0;
            }
        }
    }

    /// <summary>Until only time can move anything: each working one has a timer, and the first in the queue.</summary>
    private void WaitUntilAllWait(Task workers)
    {
        var began = Stopwatch.GetTimestamp();
        while (!workers.IsCompleted)
        {
            lock (_lock)
            {
                if (_working + _reserving > 0 && clock.Pending == _working + Math.Min(1, _reserving))
                    return;
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "Nothing moves.");
            Thread.Yield();
        }
    }
}
