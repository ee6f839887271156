using System.Collections.Concurrent;
using System.Diagnostics;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Finds offers off the pipeline's thread, for as long as a prompt may wait, and keeps them for a while.</summary>
internal static class Lookup
{
    /// <summary>Offers that were not all found are kept just so long that tab upon tab does not hang the prompt.</summary>
    private static readonly TimeSpan UnfinishedLifetime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);
    private const int Capacity = 32;

    private static readonly ConcurrentDictionary<string, Found> Cache = new(StringComparer.Ordinal);

    /// <summary>What was found within the budget.</summary>
    /// <param name="key">Equal for equal searches.</param>
    /// <param name="search">The search; it tells each offer as it finds it, from any thread.</param>
    public static IReadOnlyList<Offer> Find(string key, Func<Action<Offer>, CancellationToken, Task> search)
    {
        if (Cache.TryGetValue(key, out var known) && known.Age < known.Lifetime)
            return known.Offers;
        var offers = new ConcurrentQueue<Offer>();
        var finished = Run(token => search(offers.Enqueue, token));
        var found = new Found([.. offers], finished ? Lifetime : UnfinishedLifetime, Stopwatch.GetTimestamp());
        while (Cache.Count >= Capacity && Cache.MaxBy(entry => entry.Value.Age) is { Key: { } oldest })
            Cache.TryRemove(oldest, out _);
        Cache[key] = found;
        return found.Offers;
    }

    /// <summary>Runs a search, and leaves it to end by itself where it does not do so in time. True where it found all that there is.</summary>
    private static bool Run(Func<CancellationToken, Task> search)
    {
        var cancel = new CancellationTokenSource(Budget);
        var running = Task.Run(() => search(cancel.Token), CancellationToken.None);
        var ended = running.ContinueWith(
            task =>
            {
                cancel.Dispose();
                // A search that fails has found what it has found; its exception is looked at so that nobody else is told of it.
                return task.Exception is null && task.IsCompletedSuccessfully;
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return ended.Wait(Budget) && ended.Result;
    }

    private sealed record Found(IReadOnlyList<Offer> Offers, TimeSpan Lifetime, long Since)
    {
        public TimeSpan Age => Stopwatch.GetElapsedTime(Since);
    }
}
