namespace DynamoBackup.Stores;

/// <summary>
/// Several stores that get the same backup. What is done is done in each of them, at the pace of the slowest; one that fails is left out
/// from then on and the others go on. Only when none is left does the failure reach the caller.
/// </summary>
internal sealed class StoreGroup : IDisposable
{
    private readonly object _lock = new();
    private readonly Action<IBackupStore, DynamoBackupException> _onDropped;
    private readonly HashSet<IBackupStore> _failed = [];

    /// <summary>A group.</summary>
    /// <param name="stores">The stores; disposed with the group.</param>
    /// <param name="onDropped">Called for a store that has failed while others go on.</param>
    public StoreGroup(IReadOnlyList<IBackupStore> stores, Action<IBackupStore, DynamoBackupException> onDropped)
    {
        Stores = stores;
        _onDropped = onDropped;
    }

    /// <summary>All stores, failed ones included.</summary>
    public IReadOnlyList<IBackupStore> Stores { get; }

    /// <summary>Tells whether a store has not failed so far.</summary>
    public bool IsLive(IBackupStore store)
    {
        lock (_lock)
            return !_failed.Contains(store);
    }

    /// <summary>Does something in every store that has not failed, side by side.</summary>
    /// <returns>The outcomes, by store; of those that went well.</returns>
    /// <exception cref="DynamoBackupException">The last store has failed.</exception>
    public async Task<IReadOnlyList<(IBackupStore Store, T Outcome)>> EachAsync<T>(Func<IBackupStore, Task<T>> action)
    {
        var attempts = Stores.Where(IsLive).Select(async store =>
        {
            try
            {
                return (Store: store, Outcome: await action(store), Failure: null as DynamoBackupException);
            }
            catch (DynamoBackupException failure)
            {
                return (store, default!, failure);
            }
        });
        var outcomes = await Task.WhenAll(attempts);
        foreach (var (store, _, failure) in outcomes)
        {
            if (failure is not null)
                Drop(store, failure);
        }

        return [.. outcomes.Where(outcome => outcome.Failure is null).Select(outcome => (outcome.Store, outcome.Outcome))];
    }

    /// <summary>Does something in every store that has not failed, side by side.</summary>
    /// <exception cref="DynamoBackupException">The last store has failed.</exception>
    public Task EachAsync(Func<IBackupStore, Task> action) => EachAsync(async store =>
    {
        await action(store);
        return true;
    });

    /// <summary>Begins to write an object in every store that has not failed.</summary>
    public async Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken) =>
        new StoreGroupWriter(this, await EachAsync(store => store.CreateAsync(key, cancellationToken)));

    /// <summary>Leaves a store out from now on.</summary>
    /// <exception cref="DynamoBackupException">It was the last one.</exception>
    public void Drop(IBackupStore store, DynamoBackupException failure)
    {
        lock (_lock)
        {
            var isNews = _failed.Add(store);
            if (_failed.Count == Stores.Count)
                throw failure;
            if (!isNews)
                return;
        }

        _onDropped(store, failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var store in Stores)
            store.Dispose();
    }
}
