using System.Runtime.ExceptionServices;

namespace DynamoBackup;

/// <summary>Runs workers side by side so that none outlives the run, and the failure that is reported is the one that came first.</summary>
internal static class Workers
{
    /// <summary>Starts a worker on the thread pool; where it fails, the others are cancelled.</summary>
    public static Task<T> CancelOthersOnFailure<T>(Func<Task<T>> work, CancellationTokenSource cancel) => Task.Run(async () =>
    {
        try
        {
            return await work();
        }
        catch
        {
            await cancel.CancelAsync();
            throw;
        }
    });

    /// <summary>Waits for all, then throws the first real failure: one that is not merely the echo of another's.</summary>
    public static async Task<T[]> JoinAsync<T>(IReadOnlyCollection<Task<T>> workers, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAll(workers);
        }
        catch (Exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var cause = workers.Select(worker => worker.Exception?.InnerException).FirstOrDefault(exception => exception is not (null or OperationCanceledException));
            if (cause is not null)
                ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }
}
