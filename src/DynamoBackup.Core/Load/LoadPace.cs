using DynamoBackup.Aws;

namespace DynamoBackup.Load;

/// <summary>
/// What batches cost under a budget. By itself an item costs a unit for each KB begun (source: Amazon DynamoDB Developer Guide, "Capacity
/// unit consumption"); secondary indexes and larger items that are overwritten cost more, which is learned from the answers.
/// </summary>
internal sealed class LoadPace(CapacityBudget budget, IRunOutput output)
{
    private const double BatchSeconds = 0.25;
    private const double Memory = 0.9;
    private readonly object _lock = new();
    private double _sent;
    private double _consumed;

    /// <summary>What the items of a batch may cost by themselves, so that it takes a fraction of a second of the budget.</summary>
    public double MostUnits => budget.UnitsPerSecond * BatchSeconds / Factor;

    private double Factor
    {
        get
        {
            lock (_lock)
                return _sent > 0 ? _consumed / _sent : 1;
        }
    }

    /// <summary>Waits until a batch may be sent.</summary>
    /// <param name="units">What its items cost by themselves.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What was reserved.</returns>
    public async Task<double> ReserveAsync(double units, CancellationToken cancellationToken)
    {
        var estimate = units * Factor;
        await budget.ReserveAsync(estimate, cancellationToken);
        return estimate;
    }

    /// <summary>Corrects a reservation when the batch has been answered.</summary>
    /// <param name="reserved">What was reserved.</param>
    /// <param name="processed">What the processed items cost by themselves.</param>
    /// <param name="consumed">What the service says that they did cost; null where it does not tell.</param>
    public void Settle(double reserved, double processed, double? consumed)
    {
        budget.Settle(reserved, consumed ?? processed, output);
        if (consumed is not > 0 || processed <= 0)
            return;
        lock (_lock)
        {
            _sent = _sent * Memory + processed;
            _consumed = _consumed * Memory + consumed.Value;
        }
    }

    /// <summary>Takes note that the service throttled a batch, or left items of it unprocessed.</summary>
    public void Throttled() => budget.Throttled(output);
}
