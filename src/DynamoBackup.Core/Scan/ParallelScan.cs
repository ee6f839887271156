using DynamoBackup.Aws;

namespace DynamoBackup.Scan;

/// <summary>Scans a table in parallel segments, each with its own worker and buffers: memory is bounded by their number.</summary>
internal static class ParallelScan
{
    /// <summary>Runs a worker for each segment until all have ended; the first failure cancels the others.</summary>
    /// <typeparam name="T">What a worker returns.</typeparam>
    /// <param name="connection">The connection.</param>
    /// <param name="plan">How to scan.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="work">Reads a segment to its end.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    /// <returns>The workers' outcomes, by segment.</returns>
    public static async Task<T[]> RunAsync<T>(
        DynamoConnection connection, ScanPlan plan, IRunOutput output, Func<SegmentCursor, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pace = plan.Budget is null ? null : new ScanPace(plan.Budget, plan.Segments, plan.ConsistentRead);
        var workers = Enumerable.Range(0, plan.Segments)
            .Select(segment => Workers.CancelOthersOnFailure(() => work(new SegmentCursor(connection, plan, segment, pace, output), cancel.Token), cancel))
            .ToArray();
        return await Workers.JoinAsync(workers, cancellationToken);
    }
}
